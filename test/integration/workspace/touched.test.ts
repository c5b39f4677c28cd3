import assert from 'node:assert/strict';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkpoint, plainFiles } from '../../../src/workspace/checkpoint';
import { changedFiles } from '../../../src/workspace/commits';
import { createFactoryRepo } from '../../../src/workspace/factoryRepo';
import { restoreGoverned } from '../../../src/workspace/governed';
import { addWorktree, type Worktree } from '../../../src/workspace/worktree';
import { personRepository, removeFolders, temporaryFolder, writeFiles } from '../../support/gitRepo';

const ignoreRules = {
  '.gitignore': 'out/\n*.log\n!keep.log\n/top\ndeep/**/x\n# no rule\nspace\\ \n',
  'src/.gitignore': '!special.log\n/local\n*.tmp\n',
  'src/deeper/.gitignore': '!*.tmp\n',
};
const tracked = { 'a.txt': 'a', 'src/b.txt': 'b', 'CLAUDE.md': 'rules', 'out/tracked.txt': 't' };

async function worktreeOf(below = ''): Promise<Worktree> {
  const folder = personRepository({ ...tracked, ...ignoreRules });
  if (below) mkdirSync(path.join(folder, below), { recursive: true });
  const repo = await createFactoryRepo(path.join(temporaryFolder('run'), 'repo'), path.join(folder, below));
  return addWorktree(repo, 'T1', repo.snapshot);
}

describe('a checkpoint of files that are known to be touched', () => {
  let worktree: Worktree;
  before(async () => {
    worktree = await worktreeOf();
  });
  after(removeFolders);

  it('commits what git would have found, and nothing that git ignores', async () => {
    const files = [
      ...['a.txt', 'new.txt', 'new/deep/file.txt', 'out/tracked.txt', 'out/new.txt', 'x.log', 'keep.log'],
      ...['src/keep.log', 'src/special.log', 'src/local', 'src/sub/local', 'src/a.tmp', 'src/deeper/a.tmp'],
      ...[
        'top',
        'src/top',
        'deep/a/b/x',
        'deep/x/y',
        'node_modules/m/i.js',
        'a/node_modules/i.js',
        'src/x.pyc',
      ],
      ...[
        '.DS_Store',
        'space ',
        '# no rule',
        '.gitignore',
        'src/.gitignore',
        'Ünïcode.log',
        '[b]racket?.txt',
      ],
    ];
    const rules: Record<string, string> = ignoreRules;
    const content = Object.fromEntries(files.map((file) => [file, `# ${file} is new\n${rules[file] ?? ''}`]));
    const byGit = await worktreeOf();
    for (const { path: root } of [worktree, byGit]) writeFiles(root, content);

    const plain = plainFiles(worktree, files);
    assert.deepEqual(plain, files);
    const touched = await checkpoint(worktree, 'x', plain);
    const whole = await checkpoint(byGit, 'x');
    assert.deepEqual(touched.files, whole.files);
    assert.ok(touched.files.length > 10 && touched.files.length < files.length);
    assert.deepEqual(
      await changedFiles(worktree.repo, worktree.base, touched.commit),
      touched.files.map((file) => file.path),
    );
    assert.deepEqual((await checkpoint(worktree, 'x')).files, [], 'nothing is left for git to find');
  });

  it('is the last commit again when the content is what it was', async () => {
    const { commit } = await checkpoint(worktree, 'x');
    assert.deepEqual(await checkpoint(worktree, 'x', ['a.txt']), { commit, files: [], refused: [] });
  });

  it('is not made of paths that may lead elsewhere', () => {
    const { path: root } = worktree;
    mkdirSync(path.join(root, 'governed'));
    writeFileSync(path.join(root, 'governed/file'), 'x');
    symlinkSync('governed', path.join(root, 'linked'));
    symlinkSync('governed/file', path.join(root, 'link'));
    linkSync(path.join(root, 'CLAUDE.md'), path.join(root, 'second-name'));
    const outside = path.join(path.dirname(root), 'outside.txt');
    writeFileSync(outside, 'host');
    const unsure = [
      ...['linked/file', 'link', 'second-name', '../outside.txt', 'src/../../outside.txt', outside, '..', ''],
      ...['src', 'missing.txt', '.git/config', 'a\0b', `${'n'.repeat(300)}.txt`, 'lone\ud800', './a.txt'],
    ];
    for (const file of unsure)
      assert.equal(plainFiles(worktree, ['a.txt', file]), null, JSON.stringify(file));
  });

  it('is not made in a folder of a larger repository, whose rules lie above it', async () => {
    const below = await worktreeOf('src');
    assert.equal(plainFiles(below, ['b.txt']), null);
  });

  it('still puts governed files back', async () => {
    writeFileSync(path.join(worktree.path, 'claude.md'), 'other rules');
    const plain = plainFiles(worktree, ['a.txt', 'claude.md']);
    assert.deepEqual(plain, ['a.txt', 'claude.md']);
    assert.deepEqual(await restoreGoverned(worktree, worktree.base, ['CLAUDE.md'], plain), ['claude.md']);
    writeFileSync(path.join(worktree.path, 'second-name'), 'through another name');
    assert.deepEqual(
      await restoreGoverned(worktree, worktree.base, ['CLAUDE.md'], plainFiles(worktree, ['second-name'])),
      ['CLAUDE.md'],
    );
  });
});
