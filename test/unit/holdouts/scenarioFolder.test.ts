import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readScenarioFolder, refuseInside } from '../../../src/holdouts/scenarioFolder';

describe('a folder of scenarios', () => {
  let folder: string;
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, stdio: 'ignore' });

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dark-factory-folder-')));
    for (const name of ['workspace/inner', 'outside']) mkdirSync(at(name), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read with its subfolders, without links and other files', async () => {
    mkdirSync(at('outside', 'more'));
    writeFileSync(at('outside', 'b.scenario.yaml'), 'b');
    writeFileSync(at('outside', 'more', 'a.scenario.yml'), 'a');
    writeFileSync(at('outside', 'notes.yaml'), 'x');
    symlinkSync(at('outside', 'notes.yaml'), at('outside', 'link.scenario.yaml'));
    assert.deepEqual(await readScenarioFolder(at('outside')), [
      { file: 'b.scenario.yaml', text: 'b' },
      { file: 'more/a.scenario.yml', text: 'a' },
    ]);
  });

  it('is refused when a file is too large', async () => {
    writeFileSync(at('outside', 'b.scenario.yaml'), Buffer.alloc(2 ** 20 + 1));
    await assert.rejects(readScenarioFolder(at('outside')), {
      code: 'bad-input',
      message: /larger than 1 MiB/,
    });
  });

  it('is fine outside of the workspace', async () => {
    await refuseInside(at('outside'), at('workspace'));
    git(at('workspace'), 'init', '-q');
    git(at('outside'), 'init', '-q');
    await refuseInside(at('outside'), at('workspace'));
  });

  it('is refused inside the workspace, also through a link, and around it', async () => {
    symlinkSync(at('workspace', 'inner'), at('link'));
    for (const place of ['workspace', 'workspace/inner', 'link', '.']) {
      await assert.rejects(refuseInside(at(place), at('workspace')), {
        code: 'bad-input',
        message: /lies in/,
      });
    }
  });

  it('is refused elsewhere in the repository of the workspace', async () => {
    git(folder, 'init', '-q');
    await assert.rejects(refuseInside(at('outside'), at('workspace')), { message: /git repository/ });
  });

  it('is refused in another worktree of the repository', async () => {
    git(at('workspace'), 'init', '-q');
    git(at('workspace'), 'commit', '-q', '--allow-empty', '-m', 'x');
    git(at('workspace'), 'worktree', 'add', '-q', at('tree'));
    await assert.rejects(refuseInside(at('tree'), at('workspace')), { message: /git repository/ });
    await assert.rejects(refuseInside(at('workspace', 'inner'), at('tree')), { message: /git repository/ });
  });

  it('is refused when it is not there', async () => {
    await assert.rejects(refuseInside(at('no'), at('workspace')), {
      code: 'bad-input',
      message: /could not be read/,
    });
  });
});
