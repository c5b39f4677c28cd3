import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { checkpoint } from '../../../src/workspace/checkpoint';
import { changedFiles, commitMessage, mergeCommits, readAt, trailers } from '../../../src/workspace/commits';
import { createFactoryRepo } from '../../../src/workspace/factoryRepo';
import { git } from '../../../src/workspace/git';
import {
  addWorktree,
  checkout,
  removeWorktree,
  restore,
  type Worktree,
} from '../../../src/workspace/worktree';
import { personRepository, removeFolders, temporaryFolder, writeFiles } from '../../support/gitRepo';

const files = { 'a.txt': 'a', 'src/b.txt': 'b', '.gitignore': 'out/\n' };

async function worktreeOf(
  content: Record<string, string> = files,
  name = 'T1',
  below = '',
): Promise<Worktree> {
  const folder = path.join(personRepository(content), below);
  const repo = await createFactoryRepo(path.join(temporaryFolder('run'), 'repo'), folder);
  return addWorktree(repo, name, repo.snapshot);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const agent = (worktree: Worktree, ...args: string[]): string =>
  execFileSync('git', args, { cwd: worktree.path, stdio: 'pipe' }).toString().trim();
const listing = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('.git/'))
    .sort();

describe('a checkpoint', () => {
  after(removeFolders);

  it('commits added, changed, renamed and deleted files with their digests', async () => {
    const worktree = await worktreeOf();
    writeFiles(worktree.path, { 'a.txt': 'changed', 'new/ü "quoted"\n.txt': 'n', 'out/ignored': 'x' });
    rmSync(path.join(worktree.path, 'src'), { recursive: true });
    const { commit, files: kept, refused } = await checkpoint(worktree, 'First');
    assert.deepEqual(kept, [
      { path: 'a.txt', sha256: sha256('changed') },
      { path: 'new/ü "quoted"\n.txt', sha256: sha256('n') },
      { path: 'src/b.txt', sha256: null },
    ]);
    assert.deepEqual(refused, []);
    assert.equal(worktree.head, commit);
    assert.deepEqual(
      await changedFiles(worktree.repo, worktree.base, commit),
      kept.map((file) => file.path),
    );
    assert.equal(await readAt(worktree.repo, commit, 'a.txt'), 'changed');
    assert.equal(await readAt(worktree.repo, commit, 'src/b.txt'), undefined);
  });

  it('is the last commit again when nothing changed', async () => {
    const worktree = await worktreeOf();
    assert.deepEqual(await checkpoint(worktree, 'x'), { commit: worktree.base, files: [], refused: [] });
    writeFiles(worktree.path, { 'a.txt': 'b' });
    const { commit } = await checkpoint(worktree, 'x');
    writeFiles(worktree.path, { 'a.txt': 'b', 'out/x': 'x' });
    assert.deepEqual(await checkpoint(worktree, 'x'), { commit, files: [], refused: [] });
    mkdirSync(path.join(worktree.path, 'empty'));
    assert.equal((await checkpoint(worktree, 'x')).commit, commit);
  });

  it('keeps the executable bit, links inside the folder, binary content and line ends exactly', async () => {
    const worktree = await worktreeOf({ ...files, '.gitattributes': '* text=auto eol=crlf ident\n' });
    writeFiles(worktree.path, { 'run.sh': '#!/bin/sh\r\n$Id$\n', 'src/zero': '\0\xff' });
    chmodSync(path.join(worktree.path, 'run.sh'), 0o755);
    symlinkSync('../a.txt', path.join(worktree.path, 'src/link'));
    const { commit, files: kept } = await checkpoint(worktree, 'x');
    assert.deepEqual(
      kept.map((file) => file.path),
      ['run.sh', 'src/link', 'src/zero'],
    );
    const out = path.join(temporaryFolder(), 'out');
    await checkout(worktree.repo, commit, out);
    assert.equal(readFileSync(path.join(out, 'run.sh'), 'utf8'), '#!/bin/sh\r\n$Id$\n');
    assert.equal(statSync(path.join(out, 'run.sh')).mode & 0o111, 0o111);
    assert.equal(readlinkSync(path.join(out, 'src/link')), '../a.txt');
    assert.deepEqual((await checkpoint(worktree, 'x')).files, []);
  });

  it('follows files that become folders and folders that become files', async () => {
    const worktree = await worktreeOf();
    rmSync(path.join(worktree.path, 'a.txt'));
    rmSync(path.join(worktree.path, 'src'), { recursive: true });
    writeFiles(worktree.path, { 'a.txt/inner': 'i', src: 's' });
    const { commit } = await checkpoint(worktree, 'x');
    const out = path.join(temporaryFolder(), 'out');
    await checkout(worktree.repo, commit, out);
    assert.deepEqual(listing(out), ['.gitignore', 'a.txt/inner', 'src']);
  });

  it('carries trailers, and no control characters of agents', async () => {
    const worktree = await worktreeOf();
    writeFiles(worktree.path, { 'a.txt': 'x' });
    const text = `Do \u001b]8;;evil\u0007it \u202enow\n\n${trailers({ run: '1a2b', requirements: ['R1', 'R2'] })}`;
    const { commit } = await checkpoint(worktree, text);
    const { gitDir } = worktree.repo;
    const kept = await git(['log', '-1', '--format=%B', commit], { gitDir });
    assert.match(kept, /^Do \]8;;evilit now\n/);
    const read = await git(['log', '-1', '--format=%(trailers:only,unfold)', commit], { gitDir });
    assert.equal(read.trim(), 'Factory-Run: 1a2b\nFactory-Requirements: R1, R2');
    assert.equal(commitMessage(' \u0007'), 'Checkpoint\n');
  });

  it('leaves out links that leave the folder, also in place of a file, and says so', async () => {
    const worktree = await worktreeOf();
    rmSync(path.join(worktree.path, 'a.txt'));
    symlinkSync('/etc/passwd', path.join(worktree.path, 'a.txt'));
    symlinkSync('../../..', path.join(worktree.path, 'src/up'));
    const { commit, files: kept, refused } = await checkpoint(worktree, 'x');
    assert.deepEqual(kept, [{ path: 'a.txt', sha256: null }]);
    assert.deepEqual(refused.map((one) => one.path).sort(), ['a.txt', 'src/up']);
    assert.equal(await readAt(worktree.repo, commit, 'a.txt'), undefined);
  });

  it('does not follow a folder that was replaced by a link', async () => {
    const worktree = await worktreeOf();
    const outside = temporaryFolder('outside');
    writeFiles(outside, { 'b.txt': 'secret of the host' });
    rmSync(path.join(worktree.path, 'src'), { recursive: true });
    symlinkSync(outside, path.join(worktree.path, 'src'));
    const { commit } = await checkpoint(worktree, 'x');
    assert.equal(await readAt(worktree.repo, commit, 'src/b.txt'), undefined);
    const objects = await git(['cat-file', '--batch-all-objects', '--batch'], {
      gitDir: worktree.repo.gitDir,
    });
    assert.doesNotMatch(objects, /secret of the host/);
  });

  it('keeps the files of a nested repository without its .git, and never runs anything of it', async () => {
    const worktree = await worktreeOf();
    const nested = path.join(worktree.path, 'lib');
    writeFiles(nested, { 'c.txt': 'c', 'deep/d.txt': 'd' });
    const marker = path.join(temporaryFolder(), 'marker');
    agent(worktree, 'init', '-q', 'lib');
    agent(worktree, '-C', 'lib', 'add', '-A');
    agent(worktree, '-C', 'lib', '-c', 'user.name=a', '-c', 'user.email=a', 'commit', '-qm', 'x');
    agent(worktree, '-C', 'lib', 'config', 'core.fsmonitor', `touch ${marker}; false`);
    const first = await checkpoint(worktree, 'x');
    assert.deepEqual(
      first.files.map((file) => file.path),
      ['lib/c.txt', 'lib/deep/d.txt'],
    );
    writeFiles(nested, { 'c.txt': 'changed' });
    const second = await checkpoint(worktree, 'x');
    assert.deepEqual(
      second.files.map((file) => file.path),
      ['lib/c.txt'],
    );
    const tree = await git(['ls-tree', '-r', second.commit], { gitDir: worktree.repo.gitDir });
    assert.doesNotMatch(tree, /^160000/m);
    assert.ok(!existsSync(marker));
  });

  it('leaves out a repository that was moved out of sight, and other spellings of .git', async () => {
    const worktree = await worktreeOf();
    cpSync(path.join(worktree.path, '.git'), path.join(worktree.path, '.GIT'), { recursive: true });
    renameSync(path.join(worktree.path, '.git'), path.join(worktree.path, 'moved'));
    writeFiles(worktree.path, { 'a.txt': 'x' });
    const { commit, files: kept, refused } = await checkpoint(worktree, 'x');
    assert.deepEqual(
      kept.map((file) => file.path),
      ['a.txt'],
    );
    assert.ok(refused.some((one) => one.path === 'moved') && refused.some((one) => one.path === '.GIT'));
    const names = await git(['ls-tree', '-r', '--name-only', commit], { gitDir: worktree.repo.gitDir });
    assert.doesNotMatch(names, /moved|GIT/);
  });

  it('leaves out a bare repository that is built up over several rounds', async () => {
    const worktree = await worktreeOf();
    writeFiles(worktree.path, { 'x/HEAD': 'ref: refs/heads/main\n', 'x/config': '[core]\n' });
    assert.equal((await checkpoint(worktree, 'x')).refused.length, 0);
    writeFiles(worktree.path, { 'x/objects/pack/p': '', 'x/refs/heads/main': '' });
    const { refused } = await checkpoint(worktree, 'x');
    assert.deepEqual(refused, [{ path: 'x', reason: 'it looks like a git repository of its own' }]);
  });

  it('runs nothing that the agents’ own repository, attributes or hooks name', async () => {
    const worktree = await worktreeOf();
    const marker = path.join(temporaryFolder(), 'marker');
    const script = `touch ${marker}; cat`;
    for (const key of ['core.fsmonitor', 'filter.evil.clean', 'filter.evil.smudge', 'diff.evil.command']) {
      agent(worktree, 'config', key, script);
    }
    mkdirSync(path.join(worktree.path, '.git/hooks'), { recursive: true });
    for (const hook of ['pre-commit', 'post-index-change', 'post-checkout', 'reference-transaction']) {
      writeFileSync(path.join(worktree.path, '.git/hooks', hook), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    writeFiles(worktree.path, { '.gitattributes': '* filter=evil diff=evil\n', 'a.txt': 'x' });
    await checkpoint(worktree, 'x');
    await restore(worktree, worktree.base);
    assert.ok(!existsSync(marker));
    agent(worktree, 'status');
    assert.ok(existsSync(marker), 'the trap itself works');
  });

  it('takes the .git of the agents for what it is: gone, a file or a link, nothing changes', async () => {
    const worktree = await worktreeOf();
    const dotGit = path.join(worktree.path, '.git');
    rmSync(dotGit, { recursive: true });
    writeFileSync(dotGit, 'gitdir: /nowhere\n');
    writeFiles(worktree.path, { 'a.txt': '1' });
    assert.deepEqual(
      (await checkpoint(worktree, 'x')).files.map((file) => file.path),
      ['a.txt'],
    );
    rmSync(dotGit);
    symlinkSync('/etc', dotGit);
    writeFiles(worktree.path, { 'a.txt': '2' });
    assert.deepEqual(
      (await checkpoint(worktree, 'x')).files.map((file) => file.path),
      ['a.txt'],
    );
  });

  it('leaves out files over 100 MB and things that are no files', async () => {
    const worktree = await worktreeOf();
    writeFiles(worktree.path, { huge: '', 'a.txt': 'x' });
    truncateSync(path.join(worktree.path, 'huge'), 101 * 1024 * 1024);
    execFileSync('mkfifo', [path.join(worktree.path, 'pipe')]);
    const { files: kept, refused } = await checkpoint(worktree, 'x');
    assert.deepEqual(
      kept.map((file) => file.path),
      ['a.txt'],
    );
    assert.deepEqual(refused, [{ path: 'huge', reason: 'it is larger than 100 MB' }]);
  });

  it('works in a subfolder of the person’s repository', async () => {
    const worktree = await worktreeOf({ 'root.txt': 'r', 'pkg/a/a.txt': 'a' }, 'T1', 'pkg/a');
    writeFiles(worktree.path, { 'new.txt': 'n' });
    const { commit, files: kept } = await checkpoint(worktree, 'x');
    assert.deepEqual(
      kept.map((file) => file.path),
      ['new.txt'],
    );
    assert.deepEqual(await changedFiles(worktree.repo, worktree.base, commit), ['new.txt']);
    const names = await git(['ls-tree', '-r', '--name-only', commit], { gitDir: worktree.repo.gitDir });
    assert.equal(names, 'pkg/a/a.txt\npkg/a/new.txt\nroot.txt\n');
    writeFiles(worktree.path, { 'more.txt': 'm' });
    await restore(worktree, commit);
    assert.deepEqual(listing(worktree.path), ['a.txt', 'new.txt']);
  });
});

describe('a worktree', () => {
  after(removeFolders);

  it('gives agents a repository of one commit that knows nothing else', async () => {
    const worktree = await worktreeOf();
    assert.equal(agent(worktree, 'rev-list', '--all', '--count'), '1');
    assert.equal(agent(worktree, 'status', '--porcelain'), '');
    const objects = agent(worktree, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)').split(
      '\n',
    );
    const inTree = agent(worktree, 'ls-tree', '-r', '-t', 'HEAD').split('\n');
    // The objects of one tree, its root and the commit.
    assert.equal(objects.length, inTree.length + 2);
    assert.ok(!existsSync(path.join(worktree.path, '.git/objects/info/alternates')));
    assert.equal(agent(worktree, 'remote'), '');
    writeFiles(worktree.path, { 'a.txt': 'x' });
    agent(worktree, 'commit', '-qam', 'agents may commit');
  });

  it('is restored exactly: changes, new, ignored and locked files, and changes that hide from time stamps', async () => {
    const worktree = await worktreeOf();
    const a = path.join(worktree.path, 'a.txt');
    const { atime, mtime } = statSync(a);
    writeFiles(worktree.path, { 'out/ignored': 'x', 'new/deep': 'n', 'lib/x': 'x' });
    agent(worktree, 'init', '-q', 'lib');
    writeFileSync(a, 'b');
    utimesSync(a, atime, mtime);
    rmSync(path.join(worktree.path, 'src'), { recursive: true });
    symlinkSync('/etc', path.join(worktree.path, 'src'));
    chmodSync(path.join(worktree.path, 'new'), 0o500);
    await restore(worktree, worktree.base);
    assert.deepEqual(listing(worktree.path), ['.gitignore', 'a.txt', 'src/b.txt']);
    assert.equal(readFileSync(a, 'utf8'), 'a');
    assert.equal(worktree.head, worktree.base);
    assert.deepEqual((await checkpoint(worktree, 'x')).files, []);
  });

  it('is restored after a git that was killed left its lock and half an index', async () => {
    const worktree = await worktreeOf();
    writeFileSync(path.join(worktree.gitDir, 'index'), 'half');
    writeFileSync(path.join(worktree.gitDir, 'index.lock'), '');
    await restore(worktree, worktree.base);
    assert.equal((await checkpoint(worktree, 'x')).commit, worktree.base);
  });

  it('is made anew under the same name, and removed with all it kept', async () => {
    const worktree = await worktreeOf();
    writeFiles(worktree.path, { left: 'x' });
    const again = await addWorktree(worktree.repo, worktree.name, worktree.base);
    assert.deepEqual(listing(again.path), ['.gitignore', 'a.txt', 'src/b.txt']);
    await removeWorktree(again);
    await removeWorktree(again);
    assert.ok(!existsSync(again.path) && !existsSync(again.gitDir));
  });

  it('can not be named out of its place', async () => {
    const worktree = await worktreeOf();
    for (const name of ['../x', '.', '', 'a/b']) {
      await assert.rejects(addWorktree(worktree.repo, name, worktree.base), /can not be named/);
    }
  });
});

describe('merging commits', () => {
  after(removeFolders);

  async function two(ours: Record<string, string>, theirs: Record<string, string>) {
    const one = await worktreeOf();
    const other = await addWorktree(one.repo, 'T2', one.base);
    writeFiles(one.path, ours);
    writeFiles(other.path, theirs);
    const [a, b] = await Promise.all([checkpoint(one, 'ours'), checkpoint(other, 'theirs')]);
    return { repo: one.repo, base: one.base, ours: a.commit, theirs: b.commit };
  }

  it('joins what two tasks did', async () => {
    const { repo, base, ours, theirs } = await two({ 'a.txt': 'ours' }, { 'src/b.txt': 'theirs' });
    const merged = await mergeCommits(repo, ours, theirs, 'Merge');
    assert.ok('commit' in merged);
    if (!('commit' in merged)) return;
    assert.deepEqual(await changedFiles(repo, base, merged.commit), ['a.txt', 'src/b.txt']);
  });

  it('makes no commit where one contains the other', async () => {
    const { repo, base, ours } = await two({ 'a.txt': 'ours' }, {});
    assert.deepEqual(await mergeCommits(repo, base, ours, 'x'), { commit: ours });
    assert.deepEqual(await mergeCommits(repo, ours, base, 'x'), { commit: ours });
  });

  it('names the files in conflict and marks them in a commit', async () => {
    const { repo, ours, theirs } = await two({ 'a.txt': 'ours\n' }, { 'a.txt': 'theirs\n', 'c.txt': 'c' });
    const merged = await mergeCommits(repo, ours, theirs, 'Merge');
    assert.ok('marked' in merged);
    if (!('marked' in merged)) return;
    assert.deepEqual(merged.conflicts, ['a.txt']);
    assert.match(
      (await readAt(repo, merged.marked, 'a.txt')) ?? '',
      /<<<<<<<[^]*ours[^]*=======[^]*theirs[^]*>>>>>>>/,
    );
    assert.equal(await readAt(repo, merged.marked, 'c.txt'), 'c');
  });
});
