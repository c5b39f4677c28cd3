import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FactoryError } from '../../../src/shared/errors';
import { activeFiles, actorOf } from '../../../src/workspace/activeFiles';
import { checkpoint } from '../../../src/workspace/checkpoint';
import { mergeCommits } from '../../../src/workspace/commits';
import { deliverBranch } from '../../../src/workspace/deliver';
import { createFactoryRepo } from '../../../src/workspace/factoryRepo';
import { gitLine } from '../../../src/workspace/git';
import { mergeResult, undoMerge } from '../../../src/workspace/mergeResult';
import type { FactoryRepo } from '../../../src/workspace/repository';
import { governedChanges, treeFaults } from '../../../src/workspace/treeCheck';
import { addWorktree } from '../../../src/workspace/worktree';
import { evilActiveFiles, packageJson } from '../../support/activeFiles';
import {
  personGit,
  personRepository,
  removeFolders,
  temporaryFolder,
  writeFiles,
} from '../../support/gitRepo';

async function repoOf(folder: string): Promise<FactoryRepo> {
  return createFactoryRepo(path.join(temporaryFolder('run'), 'repo'), folder);
}

/** A commit on the snapshot with these files; null deletes. */
async function commitOf(
  repo: FactoryRepo,
  name: string,
  files: Record<string, string | null>,
): Promise<string> {
  const worktree = await addWorktree(repo, name, repo.snapshot);
  for (const [file, text] of Object.entries(files)) {
    if (text === null) rmSync(path.join(worktree.path, file));
    else writeFiles(worktree.path, { [file]: text });
  }
  return (await checkpoint(worktree, name)).commit;
}

describe('active files', () => {
  after(removeFolders);

  it('are all listed and merged only when a person agreed to each; nothing of them runs', async () => {
    const marker = path.join(temporaryFolder('marker'), 'ran');
    const evil = evilActiveFiles(marker);
    const folder = personRepository({ 'package.json': packageJson({ test: 'node --test' }), 'a.txt': 'a' });
    const repo = await repoOf(folder);
    const result = await commitOf(repo, 'T1', { ...evil, 'a.txt': 'changed', 'src/new.ts': 'x' });

    const listed = (await activeFiles(repo, repo.snapshot, result)).map((file) => file.path);
    assert.equal(listed.length, 25);
    assert.deepEqual(listed.sort(), Object.keys(evil).sort());

    const allButOne = listed.filter((file) => file !== '.envrc');
    await assert.rejects(mergeResult(repo, { result, agreed: allButOne }), (error: FactoryError) => {
      assert.match(error.message, /act by themselves on files of it: \.envrc \(shells\)\.$/);
      return error.code === 'needs-human';
    });
    assert.equal(personGit(folder, 'status', '--porcelain'), '', 'a refused merge changes nothing');

    await mergeResult(repo, { result, agreed: listed });
    for (const [file, text] of Object.entries(evil)) {
      assert.equal(readFileSync(path.join(folder, file), 'utf8'), text, file);
    }
    assert.ok(!existsSync(marker));
  });

  it('are not what a program merely consists of', async () => {
    for (const file of ['src/husky.ts', 'npmrc', 'docs/claude.txt', 'github/x.yml', 'jest/config.ts'])
      assert.equal(actorOf(file), undefined, file);
    const folder = personRepository({ 'package.json': packageJson({ test: 'node --test' }) });
    const repo = await repoOf(folder);
    const more = packageJson({ test: 'node --test' }, { dependencies: { x: '1' } });
    const result = await commitOf(repo, 'T1', { 'package.json': more, 'src/a.ts': 'x' });
    assert.deepEqual(await activeFiles(repo, repo.snapshot, result), []);
  });

  it('include a link that stands for such a folder, and one that is deleted', async () => {
    assert.equal(actorOf('.yarn'), undefined);
    assert.equal(actorOf('.yarn', true), 'package managers');
    const repo = await repoOf(personRepository({ '.npmrc': 'ignore-scripts=true\n', 'a.txt': 'a' }));
    const worktree = await addWorktree(repo, 'T1', repo.snapshot);
    writeFiles(worktree.path, { 'hooks/pre-commit': 'x' });
    symlinkSync('hooks', path.join(worktree.path, '.HUSKY'));
    rmSync(path.join(worktree.path, '.npmrc'));
    const { commit } = await checkpoint(worktree, 'x');
    assert.deepEqual(await activeFiles(repo, repo.snapshot, commit), [
      { path: '.HUSKY', by: 'git' },
      { path: '.npmrc', by: 'package managers' },
    ]);
  });
});

describe('a tree that is never handed over', () => {
  after(removeFolders);

  const config = (marker: string): string =>
    `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = "touch ${marker}; false"\n`;

  /** Two results, each harmless, that make a repository with a monitor when they are merged. */
  async function halves(repo: FactoryRepo, marker: string): Promise<string> {
    const one = await commitOf(repo, 'T1', {
      'trap/HEAD': 'ref: refs/heads/x\n',
      'trap/config': config(marker),
    });
    const other = await commitOf(repo, 'T2', { 'trap/objects/keep': '', 'trap/refs/keep': '' });
    for (const half of [one, other]) assert.deepEqual(await treeFaults(repo, half), []);
    const merged = await mergeCommits(repo, one, other, 'Merge');
    assert.ok('commit' in merged);
    return merged.commit;
  }

  async function refused(repo: FactoryRepo, result: string, says: RegExp): Promise<void> {
    const { folder } = repo;
    const before = [personGit(folder, 'status', '--porcelain'), personGit(folder, 'for-each-ref')];
    const delivery = { repo, commit: result, folder, branch: 'factory/x-1', dir: repo.dir };
    for (const attempt of [() => deliverBranch(delivery), () => mergeResult(repo, { result, agreed: [] })]) {
      await assert.rejects(attempt, (error: FactoryError) => {
        assert.match(error.message, says);
        return error.code === 'needs-human';
      });
    }
    assert.deepEqual([personGit(folder, 'status', '--porcelain'), personGit(folder, 'for-each-ref')], before);
  }

  it('is one with a bare repository that came together in a merge', async () => {
    const marker = path.join(temporaryFolder('marker'), 'ran');
    const repo = await repoOf(personRepository({ 'a.txt': 'a' }));
    const result = await halves(repo, marker);
    await refused(repo, result, /The result holds trap, .*: it looks like a git repository of its own\.$/);
    assert.ok(!existsSync(marker));

    const trap = temporaryFolder('trap');
    writeFiles(trap, {
      'trap/HEAD': 'ref: refs/heads/x\n',
      'trap/config': config(marker),
      'trap/objects/keep': '',
      'trap/refs/keep': '',
    });
    personGit(path.join(trap, 'trap'), 'status');
    assert.ok(existsSync(marker), 'the trap itself works');
  });

  it('is one with a link that leaves it, a submodule or a .git folder', async () => {
    const repo = await repoOf(personRepository({ 'a.txt': 'a' }));
    const options = { gitDir: repo.gitDir };
    const blob = await gitLine(['hash-object', '-w', '--stdin'], { ...options, input: '../../outside' });
    const plain = await gitLine(['hash-object', '-w', '--stdin'], { ...options, input: 'x' });
    const build = async (line: string): Promise<string> => {
      const tree = await gitLine(['mktree', '--missing'], { ...options, input: `${line}\n` });
      return gitLine(['commit-tree', '-p', repo.snapshot, '-m', 'x', tree], options);
    };
    await refused(
      repo,
      await build(`120000 blob ${blob}\tlink`),
      /link to \.\.\/\.\.\/outside, which may leave/,
    );
    await refused(
      repo,
      await build(`160000 commit ${repo.snapshot}\tmodule`),
      /module, .*: it is a submodule/,
    );
    await refused(repo, await build(`100644 blob ${plain}\t.GIT`), /\.GIT, .*a \.git folder/);
  });

  it('is told apart by what is governed as well', async () => {
    const repo = await repoOf(personRepository({ 'CLAUDE.md': 'rules', 'a.txt': 'a' }));
    const result = await commitOf(repo, 'T1', { 'claude.md': 'mine', 'CLAUDE.md': null, 'a.txt': 'b' });
    const changed = await governedChanges(repo, repo.snapshot, result, ['CLAUDE.md']);
    assert.deepEqual(changed, ['CLAUDE.md', 'claude.md']);
  });
});

describe('a merge by object id', () => {
  after(removeFolders);

  it('takes what was judged, wherever the branch of that name points meanwhile', async () => {
    const folder = personRepository({ 'a.txt': 'a' });
    const repo = await repoOf(folder);
    const commit = await commitOf(repo, 'T1', { 'a.txt': 'judged' });
    const { branch } = await deliverBranch({ repo, commit, folder, branch: 'factory/x-1', dir: repo.dir });
    personGit(folder, 'checkout', '-q', branch);
    writeFileSync(path.join(folder, 'a.txt'), 'not judged');
    personGit(folder, 'commit', '-qam', 'moved');
    personGit(folder, 'checkout', '-q', 'main');
    const merge = await mergeResult(repo, { result: commit, agreed: [] });
    assert.equal(readFileSync(path.join(folder, 'a.txt'), 'utf8'), 'judged');
    assert.equal(merge.asJudged, true);
  });

  it('says that nobody judged the folder when its base moved meanwhile', async () => {
    const folder = personRepository({ 'a.txt': 'a', 'b.txt': 'b' });
    const repo = await repoOf(folder);
    const commit = await commitOf(repo, 'T1', { 'a.txt': 'judged' });
    writeFiles(folder, { 'b.txt': 'moved' });
    personGit(folder, 'commit', '-qam', 'moved');
    const merge = await mergeResult(repo, { result: commit, agreed: [] });
    assert.deepEqual([merge.asJudged, merge.paths], [false, ['a.txt']]);
    await undoMerge(repo, merge);
    assert.equal(readFileSync(path.join(folder, 'a.txt'), 'utf8'), 'a');
  });
});
