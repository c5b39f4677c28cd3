import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { checkpoint } from '../../../src/workspace/checkpoint';
import { createFactoryRepo } from '../../../src/workspace/factoryRepo';
import { git, gitLine } from '../../../src/workspace/git';
import { addWorktree, restore, type Worktree, worktreeOptions } from '../../../src/workspace/worktree';
import { personGit, removeFolders, temporaryFolder, writeFiles } from '../../support/gitRepo';

/** Names whose order in a tree depends on what they are, and names that are not plain ASCII. */
const start = { a: '1', 'a.b': '2', 'a-b/c': '3', a0: '4', 'deep/er/still/x': '5', 'ü/ö "q"\n': '6', z: '7' };

/** Each round's new content by path; null removes. */
const rounds: Record<string, string | null>[] = [
  { 'a-b/c': '3', z: 'changed', new: 'n' },
  { a: null, 'a/b': 'now a folder', 'a/c/d': 'x' },
  { 'deep/er/still/x': null },
  { a: 'a file again', 'ü/ö "q"\n': 'y', 'ü/é': 'z' },
  Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`many/${n}`, `${n}`])),
  { 'many/3': null, 'many/4': 'x' },
  { 'many/4': '4', '.gitignore': 'z\nmany/5\n', z: 'ignored now, and kept all the same' },
  { new: null, a: null, 'a.b': null, a0: null },
];

async function worktreeOf(format: string, below: string): Promise<Worktree> {
  const folder = temporaryFolder('person');
  personGit(folder, 'init', '-q', '-b', 'main', `--object-format=${format}`);
  writeFiles(folder, {
    ...start,
    ...Object.fromEntries(Object.entries(start).map(([k, v]) => [`sub/${k}`, v])),
  });
  personGit(folder, 'add', '-A');
  personGit(folder, 'commit', '-q', '-m', 'first');
  const repo = await createFactoryRepo(path.join(temporaryFolder('run'), 'repo'), path.join(folder, below));
  return addWorktree(repo, 'T1', repo.snapshot);
}

function change(worktree: Worktree, round: Record<string, string | null>): void {
  for (const file of Object.keys(round)) {
    rmSync(path.join(worktree.path, file), { recursive: true, force: true });
  }
  for (const [file, text] of Object.entries(round)) {
    if (text !== null) writeFiles(worktree.path, { [file]: text });
  }
}

/** The tree git itself makes of the folder as it is, after a commit. */
async function gitsTree(worktree: Worktree, parent: string): Promise<string> {
  const options = { ...worktreeOptions(worktree), indexFile: path.join(temporaryFolder('index'), 'index') };
  await git(['read-tree', parent], options);
  await git(['add', '-A', '--', worktree.repo.prefix || '.'], options);
  return gitLine(['write-tree'], options);
}

const treeOf = (worktree: Worktree, commit: string): Promise<string> =>
  gitLine(['rev-parse', `${commit}^{tree}`], { gitDir: worktree.repo.gitDir });

describe('the objects of checkpoints', () => {
  after(removeFolders);

  for (const [format, below] of [
    ['sha1', ''],
    ['sha1', 'sub'],
    ['sha256', ''],
  ] as const) {
    it(`are those git itself would make (${format}${below && ', in a subfolder'})`, async () => {
      const worktree = await worktreeOf(format, below);
      for (const round of rounds) {
        change(worktree, round);
        const parent = worktree.head;
        const { commit } = await checkpoint(worktree, 'Round');
        assert.equal(await treeOf(worktree, commit), await gitsTree(worktree, parent));
        const { gitDir } = worktree.repo;
        assert.equal(await gitLine(['rev-parse', `${commit}^`], { gitDir }), parent);
      }
      const { gitDir } = worktree.repo;
      const found = await git(['fsck', '--full', '--strict', '--no-dangling', worktree.head], { gitDir });
      assert.equal(found.trim(), '');
    });
  }

  it('start again from the commit a worktree was put back to', async () => {
    const worktree = await worktreeOf('sha1', '');
    change(worktree, { kept: 'k' });
    const { commit: kept } = await checkpoint(worktree, 'Kept');
    change(worktree, { dropped: 'd' });
    await checkpoint(worktree, 'Dropped');
    await restore(worktree, kept);
    change(worktree, { other: 'o' });
    const { commit } = await checkpoint(worktree, 'Other');
    const { gitDir } = worktree.repo;
    assert.equal(await git(['diff-tree', '-r', '--name-only', kept, commit], { gitDir }), 'other\n');
    assert.equal(await treeOf(worktree, commit), await gitsTree(worktree, kept));
  });
});
