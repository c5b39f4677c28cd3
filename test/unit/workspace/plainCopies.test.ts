import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { editorFolders, plainCopies } from '../../../src/workspace/plainCopies';
import { personGit } from '../../support/gitRepo';
import { useTemp } from '../../support/temp';

describe('copies of plain files', () => {
  const temp = useTemp();
  const file = () => path.join(temp(), 'given', 'a b.scenario.yaml');
  const repo = () => path.join(temp(), 'repo');
  const inRepo = () => path.join(repo(), 'copy.yaml');
  const find = (userData: string[] = []) => plainCopies([file()], [path.dirname(file()), repo()], userData);
  const places = async (userData?: string[]) => (await find(userData)).map(({ place }) => place);

  beforeEach(() => {
    mkdirSync(path.dirname(file()));
    mkdirSync(repo());
    writeFileSync(file(), 'id: a\n');
    personGit(repo(), 'init', '-q', '-b', 'main');
    personGit(repo(), 'commit', '-q', '--allow-empty', '-m', 'Start');
  });

  it('are none where there are none', async () => {
    assert.deepEqual(await find(), []);
    assert.deepEqual(await find(editorFolders(temp())), []);
  });

  it('are found in the history, also with other line ends', async () => {
    writeFileSync(inRepo(), 'id: a\n');
    personGit(repo(), 'add', '-A');
    personGit(repo(), 'commit', '-q', '-m', 'Add');
    personGit(repo(), 'rm', '-q', 'copy.yaml');
    personGit(repo(), 'commit', '-q', '-m', 'Remove');
    writeFileSync(file(), 'id: a\r\n');
    assert.match((await places()).join(), /^the git history \(commit [0-9a-f]+\) of /);
  });

  it('are found in a stash that another one covers, and in the index', async () => {
    for (const text of ['id: a\n', 'id: other\n']) {
      writeFileSync(inRepo(), text);
      personGit(repo(), 'stash', '-q', '-u');
    }
    assert.match((await places()).join(), /^a stash or the reflog of /);
    personGit(repo(), 'stash', 'clear');
    writeFileSync(inRepo(), 'id: a\n');
    personGit(repo(), 'add', '-A');
    rmSync(inRepo());
    assert.match((await places()).join(), /^the index or loose git objects of /);
  });

  it("are found in the editor's local history and backups", async () => {
    const [code = ''] = editorFolders(temp());
    const uri = pathToFileURL(file()).href;
    const history = path.join(code, 'User', 'History', '1a2b');
    mkdirSync(history, { recursive: true });
    writeFileSync(
      path.join(history, 'entries.json'),
      JSON.stringify({ version: 1, resource: uri, entries: [] }),
    );
    const backup = path.join(code, 'Backups', 'w1', 'file');
    mkdirSync(backup, { recursive: true });
    writeFileSync(path.join(backup, 'x'), `${uri} {"mtime":1}\nid: a\n`);
    writeFileSync(path.join(backup, 'y'), 'file:///other {}\n');
    const found = await find(editorFolders(temp()));
    assert.deepEqual(
      found.map(({ place, count }) => [/local history|backups/.exec(place)?.[0], count]),
      [
        ['local history', 1],
        ['backups', 1],
      ],
    );
  });
});
