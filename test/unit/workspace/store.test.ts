import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../../../src/shared/errors';
import { atomicWrite, fileError, removeTree } from '../../../src/workspace/files';
import {
  adoptWorkspace,
  createRun,
  createWorkspace,
  findRun,
  listRuns,
  workspaceFor,
} from '../../../src/workspace/store';
import { personGit, personRepository, removeFolders, temporaryFolder } from '../../support/gitRepo';

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('the store', () => {
  after(removeFolders);

  it('finds a workspace again by its real path, with folders only this user may enter', async () => {
    const root = path.join(temporaryFolder('store'), 'root');
    const folder = temporaryFolder();
    const first = await workspaceFor(root, folder);
    const other = path.join(temporaryFolder(), 'link');
    symlinkSync(folder, other);
    const again = await workspaceFor(root, other);
    assert.deepEqual(again, first);
    assert.equal(first.movedFrom, undefined);
    for (const dir of [root, first.dir, first.vaultDir, first.runsDir]) assert.equal(mode(dir), '700', dir);
    assert.equal(mode(path.join(first.dir, 'workspace.json')), '600');
    assert.notEqual((await workspaceFor(root, temporaryFolder())).id, first.id);
  });

  it('makes one workspace when many ask at once', async () => {
    const root = temporaryFolder('store');
    const folder = temporaryFolder();
    const found = await Promise.all(Array.from({ length: 8 }, () => workspaceFor(root, folder)));
    assert.equal(new Set(found.map(({ id }) => id)).size, 1);
  });

  it('recognises a moved folder by its remote, and keeps what the person answers', async () => {
    const root = temporaryFolder('store');
    const folder = personRepository({ a: 'a' });
    personGit(folder, 'remote', 'add', 'origin', 'https://user:secret@example.com/team/project.git');
    const before = await workspaceFor(root, folder);
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    mkdirSync(path.join(root, 'unrelated'));
    const asked = await workspaceFor(root, moved);
    assert.equal(asked.id, before.id);
    assert.equal(asked.movedFrom, folder);
    assert.equal((await workspaceFor(root, moved)).movedFrom, folder, 'nothing is decided before the answer');
    const adopted = await adoptWorkspace(asked);
    assert.deepEqual(await workspaceFor(root, moved), adopted);
    assert.doesNotMatch(readFileSync(path.join(before.dir, 'workspace.json'), 'utf8'), /secret|example/);
    const separate = await createWorkspace(root, moved);
    assert.notEqual(separate.id, before.id);
    await removeTree(moved);
  });

  it('does not take a second clone for a moved folder', async () => {
    const root = temporaryFolder('store');
    const [one, two] = [personRepository({ a: 'a' }), personRepository({ a: 'a' })];
    for (const folder of [one, two])
      personGit(folder, 'remote', 'add', 'origin', 'https://example.com/p.git');
    const first = await workspaceFor(root, one);
    const second = await workspaceFor(root, two);
    assert.notEqual(second.id, first.id);
    assert.equal(second.movedFrom, undefined);
  });

  it('makes runs that can be listed and found by id, beginning of the id or name', async () => {
    const root = temporaryFolder('store');
    const workspace = await workspaceFor(root, temporaryFolder());
    const run = await createRun(workspace, 'Öffentliche Off-Boarding.spec.md');
    assert.match(run.id, /^[0-9a-f]{4,6}$/);
    assert.equal(run.name, `o-ffentliche-off-boarding-${run.id}`);
    assert.equal(mode(run.dir), '700');
    assert.deepEqual(await listRuns(root), [run]);
    assert.deepEqual(await findRun(root, run.id), run);
    assert.deepEqual(await findRun(root, run.id.slice(0, 2)), run);
    assert.deepEqual(await findRun(root, run.name), run);
  });

  it('says which runs an ambiguous id may mean, and how to list them for an unknown one', async () => {
    const root = temporaryFolder('store');
    const workspace = await workspaceFor(root, temporaryFolder());
    for (const name of ['a-12ab', 'b-12cd']) mkdirSync(path.join(workspace.runsDir, name));
    await assert.rejects(findRun(root, '12'), /12 may be any of these runs: .*-12(ab|cd)/);
    assert.equal((await findRun(root, '12c')).name, 'b-12cd');
    await assert.rejects(findRun(root, 'ffff'), (error: FactoryError) => {
      return error.code === 'bad-input' && error.hint.includes('dark-factory runs');
    });
    await assert.rejects(findRun(root, ''), FactoryError);
  });

  it('gives different runs different ids', async () => {
    const root = temporaryFolder('store');
    const workspace = await workspaceFor(root, temporaryFolder());
    const runs = await Promise.all(Array.from({ length: 5 }, () => createRun(workspace, 'x.md')));
    assert.equal(new Set(runs.map(({ id }) => id)).size, 5);
  });

  it('says what is wrong when the folder does not exist', async () => {
    const missing = path.join(temporaryFolder(), 'missing');
    await assert.rejects(workspaceFor(temporaryFolder('store'), missing), (error: FactoryError) =>
      error.message.includes(missing),
    );
  });
});

describe('writing a file at once', () => {
  after(removeFolders);

  it('replaces the content, keeps it private and leaves no draft', async () => {
    const dir = temporaryFolder();
    const file = path.join(dir, 'a.json');
    await atomicWrite(file, 'one');
    await atomicWrite(file, 'two');
    assert.equal(readFileSync(file, 'utf8'), 'two');
    assert.equal(mode(file), '600');
    assert.deepEqual(readdirSync(dir), ['a.json']);
  });

  it('names the file and what to do when the disk is full', function () {
    // The one file that is always on a full disk.
    if (!existsSync('/dev/full')) this.skip();
    assert.throws(
      () => writeFileSync('/dev/full', 'x'),
      (error: unknown) => {
        const { code, message, hint } = fileError(error, '/store/journal.jsonl');
        assert.equal(code, 'environment');
        assert.equal(message, 'The file /store/journal.jsonl could not be used: the disk is full.');
        assert.match(hint, /Free some space/);
        return true;
      },
    );
  });

  it('names the file when its folder can not be written', async () => {
    await assert.rejects(
      atomicWrite('/proc/self/a.json', 'x'),
      (error: unknown) => error instanceof FactoryError && error.message.includes('/proc/self/a.json'),
    );
  });

  it('removes folders without write permission', async () => {
    const dir = path.join(temporaryFolder(), 'locked');
    mkdirSync(path.join(dir, 'inner'), { recursive: true });
    chmodSync(path.join(dir, 'inner'), 0o000);
    chmodSync(dir, 0o500);
    await removeTree(dir);
    assert.ok(!existsSync(dir));
  });
});
