import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { FactoryError } from '../../../src/shared/errors';
import { checkpoint } from '../../../src/workspace/checkpoint';
import { createFactoryRepo } from '../../../src/workspace/factoryRepo';
import { git } from '../../../src/workspace/git';
import type { FactoryRepo } from '../../../src/workspace/repository';
import { addWorktree } from '../../../src/workspace/worktree';
import {
  personGit,
  personRepository,
  removeFolders,
  temporaryFolder,
  writeFiles,
} from '../../support/gitRepo';

const create = (folder: string): Promise<FactoryRepo> =>
  createFactoryRepo(path.join(temporaryFolder('run'), 'repo'), folder);

/** Paths and contents of a commit. */
async function contents(repo: FactoryRepo, commit = repo.snapshot): Promise<Record<string, string>> {
  const names = (await git(['ls-tree', '-r', '-z', '--name-only', commit], { gitDir: repo.gitDir })).split(
    '\0',
  );
  const files = names.filter(Boolean).map(async (name) => {
    return [name, await git(['cat-file', 'blob', `${commit}:${name}`], { gitDir: repo.gitDir })] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

const parents = async (repo: FactoryRepo): Promise<string> =>
  (await git(['log', '-1', '--format=%P', repo.snapshot], { gitDir: repo.gitDir })).trim();

/** Everything of a person's repository that a run must leave as it is. */
function state(folder: string): unknown {
  return {
    status: personGit(folder, 'status', '--porcelain'),
    refs: personGit(folder, 'for-each-ref'),
    head: personGit(folder, 'rev-parse', 'HEAD'),
    index: personGit(folder, 'ls-files', '-s'),
    dir: readdirSync(path.join(folder, '.git')).sort(),
  };
}

describe('the snapshot of the open folder', () => {
  after(removeFolders);

  it('holds uncommitted and new files and no deleted or ignored ones, as a child of HEAD', async () => {
    const folder = personRepository({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c', '.gitignore': '*.log\n' });
    writeFiles(folder, { 'a.txt': 'changed', 'new/d.txt': 'd', 'x.log': 'log', 'y.local': 'y' });
    writeFileSync(path.join(folder, '.git/info/exclude'), '*.local\n');
    rmSync(path.join(folder, 'b.txt'));
    personGit(folder, 'rm', '-q', '--cached', 'c.txt');
    const before = state(folder);
    const repo = await create(folder);
    assert.deepEqual(await contents(repo), {
      '.gitignore': '*.log\n',
      'a.txt': 'changed',
      'c.txt': 'c',
      'new/d.txt': 'd',
    });
    assert.equal(await parents(repo), personGit(folder, 'rev-parse', 'HEAD'));
    assert.deepEqual(state(folder), before);
  });

  it('no longer needs the person’s repository, and knows only one commit of it', async () => {
    const folder = personRepository({ a: 'secret of the past' });
    writeFiles(folder, { a: 'now' });
    personGit(folder, 'commit', '-qam', 'second');
    const repo = await create(folder);
    rmSync(folder, { recursive: true });
    await git(['fsck', '--strict'], { gitDir: repo.gitDir });
    assert.equal((await git(['rev-list', '--count', repo.snapshot], { gitDir: repo.gitDir })).trim(), '2');
    const objects = await git(['cat-file', '--batch-all-objects', '--batch'], { gitDir: repo.gitDir });
    assert.doesNotMatch(objects, /secret of the past/);
  });

  it('works in a folder without git', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      'a.txt': 'a',
      '.gitignore': 'b.txt\n',
      'b.txt': 'b',
      'node_modules/x/index.js': 'x',
    });
    const repo = await create(folder);
    assert.deepEqual(await contents(repo), { '.gitignore': 'b.txt\n', 'a.txt': 'a' });
    assert.equal(await parents(repo), '');
    assert.deepEqual(readdirSync(folder).sort(), ['.gitignore', 'a.txt', 'b.txt', 'node_modules']);
  });

  it('works in an empty folder, with an unborn HEAD and with a detached one', async () => {
    assert.deepEqual(await contents(await create(temporaryFolder())), {});

    const unborn = temporaryFolder();
    personGit(unborn, 'init', '-q');
    writeFiles(unborn, { a: 'a' });
    const first = await create(unborn);
    assert.deepEqual(await contents(first), { a: 'a' });
    assert.equal(await parents(first), '');

    const detached = personRepository({ a: 'a' });
    personGit(detached, 'checkout', '-q', '--detach');
    personGit(detached, 'commit', '-q', '--allow-empty', '-m', 'on no branch');
    assert.equal(await parents(await create(detached)), personGit(detached, 'rev-parse', 'HEAD'));
  });

  it('works in a linked worktree, a repository with SHA-256 ids and one with a split index', async () => {
    const main = personRepository({ a: 'a' });
    const linked = path.join(temporaryFolder(), 'linked');
    personGit(main, 'worktree', 'add', '-q', linked);
    writeFiles(linked, { b: 'b' });
    assert.deepEqual(await contents(await create(linked)), { a: 'a', b: 'b' });

    const sha256 = temporaryFolder();
    personGit(sha256, 'init', '-q', '--object-format=sha256');
    writeFiles(sha256, { a: 'a' });
    personGit(sha256, 'add', '-A');
    personGit(sha256, 'commit', '-qm', 'first');
    const repo = await create(sha256);
    assert.equal(repo.snapshot.length, 64);
    await addWorktree(repo, 'T1', repo.snapshot);

    personGit(main, 'update-index', '--split-index');
    assert.deepEqual(await contents(await create(main)), { a: 'a' });
  });

  it('of a subfolder keeps the whole repository’s tree, with changes in the folder only', async () => {
    const top = personRepository({
      'root.txt': 'r',
      'packages/a/a.txt': 'a',
      'packages/b/b.txt': 'b',
      '.gitignore': '*.log',
    });
    writeFiles(top, { 'root.txt': 'changed', 'packages/a/new.txt': 'n', 'packages/a/x.log': 'x' });
    personGit(top, 'add', 'root.txt');
    const repo = await create(path.join(top, 'packages/a'));
    assert.equal(repo.prefix, 'packages/a/');
    assert.deepEqual(await contents(repo), {
      '.gitignore': '*.log',
      'packages/a/a.txt': 'a',
      'packages/a/new.txt': 'n',
      'packages/b/b.txt': 'b',
      'root.txt': 'r',
    });
    const worktree = await addWorktree(repo, 'T1', repo.snapshot);
    assert.deepEqual(readdirSync(worktree.path).sort(), ['.git', 'a.txt', 'new.txt']);
  });

  it('of a folder that its repository ignores stands alone', async () => {
    const top = personRepository({ '.gitignore': 'out/\n' });
    writeFiles(top, { 'out/sample/a.txt': 'a' });
    const repo = await create(path.join(top, 'out/sample'));
    assert.deepEqual(await contents(repo), { 'a.txt': 'a' });
    assert.equal(repo.user, null);
  });

  it('refuses submodules, nested repositories, bare ones and links that leave, naming them', async () => {
    const refused = async (folder: string, named: RegExp): Promise<void> => {
      await assert.rejects(create(folder), (error: FactoryError) => {
        assert.match(error.message, named);
        return error.code === 'bad-input' && error.hint.includes('.gitignore');
      });
    };
    const module = personRepository({ a: 'a' });
    const withModule = personRepository({ b: 'b' });
    personGit(withModule, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', module, 'lib');
    await refused(withModule, /\/lib is a submodule/);

    const nested = personRepository({ a: 'a' });
    mkdirSync(path.join(nested, 'vendor/x'), { recursive: true });
    personGit(path.join(nested, 'vendor/x'), 'init', '-q');
    await refused(nested, /\/vendor\/x is a git repository of its own/);

    const bare = personRepository({
      'x/HEAD': 'ref: refs/heads/main',
      'x/objects/a': '',
      'x/refs/heads/main': '',
    });
    await refused(bare, /\/x looks like a bare git repository/);

    for (const target of ['/etc/passwd', '../outside']) {
      const linked = personRepository({ a: 'a' });
      symlinkSync(target, path.join(linked, 'link'));
      await refused(linked, /\/link can not be part of a run/);
    }
  });

  it('runs no monitor, hook or filter of the repository', async () => {
    const folder = personRepository({ 'a.bin': 'a', '.gitattributes': '*.bin filter=evil diff=evil\n' });
    const marker = path.join(temporaryFolder(), 'marker');
    const script = path.join(temporaryFolder(), 'evil.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${marker}\ncat\n`);
    chmodSync(script, 0o755);
    for (const [key, value] of [
      ['core.fsmonitor', script],
      ['core.hooksPath', path.dirname(script)],
      ['filter.evil.clean', script],
      ['filter.evil.smudge', script],
      ['diff.evil.textconv', script],
      ['core.sshCommand', script],
      ['core.pager', script],
    ] as const) {
      personGit(folder, 'config', key, value);
    }
    for (const hook of ['post-index-change', 'reference-transaction', 'post-checkout']) {
      writeFileSync(path.join(path.dirname(script), hook), readFileSync(script), { mode: 0o755 });
    }
    writeFiles(folder, { 'a.bin': 'changed' });
    const repo = await create(folder);
    assert.equal((await contents(repo))['a.bin'], 'changed');
    assert.ok(!existsSync(marker));
  });

  it('is safe also where git itself is pointed at a repository full of traps', async () => {
    const folder = personRepository({ a: 'a' });
    const marker = path.join(temporaryFolder(), 'marker');
    personGit(folder, 'config', 'core.fsmonitor', `touch ${marker}; false`);
    const options = { gitDir: path.join(folder, '.git'), workTree: folder };
    writeFileSync(path.join(folder, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch ${marker}\n`, {
      mode: 0o755,
    });
    writeFiles(folder, { a: 'b' });
    await git(['status'], options);
    await git(['add', '-A'], options);
    assert.ok(!existsSync(marker));
    personGit(folder, 'status');
    assert.ok(existsSync(marker), 'the trap itself works');
  });

  it('of a subfolder does not mind submodules elsewhere', async () => {
    const top = personRepository({ 'pkg/a.txt': 'a' });
    const module = personRepository({ m: 'm' });
    personGit(top, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', module, 'lib');
    personGit(top, 'commit', '-qm', 'module');
    const repo = await create(path.join(top, 'pkg'));
    const worktree = await addWorktree(repo, 'T1', repo.snapshot);
    writeFiles(worktree.path, { 'a.txt': 'b' });
    const { commit } = await checkpoint(worktree, 'x');
    const before = await git(['ls-tree', repo.snapshot, 'lib'], { gitDir: repo.gitDir });
    assert.match(before, /^160000 commit/);
    assert.equal(await git(['ls-tree', commit, 'lib'], { gitDir: repo.gitDir }), before);
  });

  it('keeps line ends as the person’s git would', async () => {
    const folder = personRepository({ '.gitattributes': '*.bat text eol=crlf\n', 'a.bat': 'one\r\n' });
    writeFiles(folder, { 'a.bat': 'one\r\ntwo\r\n' });
    assert.equal((await contents(await create(folder)))['a.bat'], 'one\ntwo\n');
  });

  it('is taken once: opening the run again gives the same, and half a repository is made anew', async () => {
    const folder = personRepository({ a: 'a' });
    const dir = path.join(temporaryFolder('run'), 'repo');
    const first = await createFactoryRepo(dir, folder);
    writeFiles(folder, { a: 'later' });
    assert.deepEqual(await createFactoryRepo(dir, folder), first);
    rmSync(path.join(dir, 'repo.json'));
    const anew = await createFactoryRepo(dir, folder);
    assert.deepEqual(await contents(anew), { a: 'later' });
  });

  it('says what is needed when git is missing or too old', async () => {
    const { PATH } = process.env;
    const old = temporaryFolder();
    writeFileSync(path.join(old, 'git'), '#!/bin/sh\necho git version 2.30.2\n', { mode: 0o755 });
    try {
      for (const [dir, says] of [
        [temporaryFolder(), /git was not found on PATH/],
        [old, /git 2\.30 is too old: git 2\.38 is needed/],
      ] as const) {
        process.env['PATH'] = dir;
        await assert.rejects(create(temporaryFolder()), (error: FactoryError) => {
          assert.match(error.message, says);
          return error.code === 'environment' && error.hint.includes('nstall');
        });
      }
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
