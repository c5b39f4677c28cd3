import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../../../src/shared/errors';
import { checkpoint } from '../../../src/workspace/checkpoint';
import { createFactoryRepo } from '../../../src/workspace/factoryRepo';
import { governedFiles, restoreGoverned } from '../../../src/workspace/governed';
import { addWorktree, type Worktree } from '../../../src/workspace/worktree';
import { personRepository, removeFolders, temporaryFolder, writeFiles } from '../../support/gitRepo';

const patterns = ['CLAUDE.md', '.github/**', '.vscode/**', '**/*.spec.md', 'tools/check.sh'];
const files = {
  'CLAUDE.md': 'rules',
  '.github/workflows/ci.yml': 'ci',
  'docs/bot.spec.md': 'spec',
  'tools/check.sh': 'check',
  'src/a.txt': 'a',
};

async function worktreeOf(): Promise<Worktree> {
  const folder = personRepository(files);
  chmodSync(path.join(folder, 'tools/check.sh'), 0o755);
  const repo = await createFactoryRepo(path.join(temporaryFolder('run'), 'repo'), folder);
  return addWorktree(repo, 'T1', repo.snapshot);
}

/** Everything that is governed is as sealed, and git agrees. */
async function isSealed(worktree: Worktree): Promise<void> {
  assert.deepEqual(
    await restoreGoverned(worktree, worktree.base, patterns),
    [],
    'nothing is left to restore',
  );
  for (const [file, text] of Object.entries(files)) {
    assert.equal(readFileSync(path.join(worktree.path, file), 'utf8'), text, file);
    assert.ok(lstatSync(path.join(worktree.path, path.dirname(file))).isDirectory());
  }
  const { commit, files: kept } = await checkpoint(worktree, 'x');
  const before = await governedFiles(worktree.repo, worktree.base, patterns);
  assert.deepEqual(await governedFiles(worktree.repo, commit, patterns), before);
  assert.deepEqual(
    kept.filter((file) => file.path in files),
    [],
  );
}

/** What an agent does, and the paths that must be put back for it. */
const attacks: Record<string, { attack: (root: string) => void; restored: string[] }> = {
  'changes, deletes and makes governed files': {
    attack: (root) => {
      writeFiles(root, { 'CLAUDE.md': 'mine', '.vscode/settings.json': '{}', 'new/x.spec.md': 'x' });
      rmSync(path.join(root, 'docs/bot.spec.md'));
    },
    restored: ['.vscode/settings.json', 'CLAUDE.md', 'docs/bot.spec.md', 'new/x.spec.md'],
  },
  'changes one and hides it with the same size': {
    attack: (root) => writeFiles(root, { 'CLAUDE.md': 'RULES' }),
    restored: ['CLAUDE.md'],
  },
  'uses another case or composition': {
    attack: (root) =>
      writeFiles(root, {
        '.VSCODE/tasks.json': '{}',
        'claude.md': 'mine',
        '.GitHub/workflows/CI.yml': 'mine',
      }),
    restored: ['.GitHub/workflows/CI.yml', '.VSCODE/tasks.json', 'claude.md'],
  },
  'renames a sealed file to another case': {
    attack: (root) => renameSync(path.join(root, 'CLAUDE.md'), path.join(root, 'Claude.md')),
    restored: ['CLAUDE.md', 'Claude.md'],
  },
  'puts a link in place of a folder': {
    attack: (root) => {
      renameSync(path.join(root, '.github'), path.join(root, 'gh'));
      writeFiles(root, { 'gh/workflows/ci.yml': 'mine' });
      symlinkSync('gh', path.join(root, '.github'));
      symlinkSync('gh', path.join(root, '.vscode'));
    },
    restored: ['.github', '.github/workflows/ci.yml', '.vscode'],
  },
  'puts a file in place of a folder and a folder in place of a file': {
    attack: (root) => {
      rmSync(path.join(root, '.github'), { recursive: true });
      writeFiles(root, { '.github': 'file' });
      rmSync(path.join(root, 'CLAUDE.md'));
      writeFiles(root, { 'CLAUDE.md/x': 'x' });
    },
    restored: ['.github', '.github/workflows/ci.yml', 'CLAUDE.md'],
  },
  'puts a link in place of a file': {
    attack: (root) => {
      renameSync(path.join(root, 'CLAUDE.md'), path.join(root, 'mine.md'));
      symlinkSync('mine.md', path.join(root, 'CLAUDE.md'));
    },
    restored: ['CLAUDE.md'],
  },
  'moves the folder around a sealed file': {
    attack: (root) => renameSync(path.join(root, 'docs'), path.join(root, 'docs2')),
    restored: ['docs/bot.spec.md', 'docs2/bot.spec.md'],
  },
  'takes the executable bit away': {
    attack: (root) => chmodSync(path.join(root, 'tools/check.sh'), 0o644),
    restored: ['tools/check.sh'],
  },
  'hides new ones with .gitignore': {
    attack: (root) => writeFiles(root, { '.gitignore': '.vscode\n', '.vscode/settings.json': '{}' }),
    restored: ['.vscode/settings.json'],
  },
};

describe('governed files', () => {
  after(removeFolders);

  it('are found in a commit', async () => {
    const { repo, base } = await worktreeOf();
    const found = await governedFiles(repo, base, patterns);
    assert.deepEqual(
      found.map((file) => [file.path, file.mode]),
      [
        ['.github/workflows/ci.yml', '100644'],
        ['CLAUDE.md', '100644'],
        ['docs/bot.spec.md', '100644'],
        ['tools/check.sh', '100755'],
      ],
    );
  });

  it('need nothing while agents leave them alone', async () => {
    const worktree = await worktreeOf();
    writeFiles(worktree.path, { 'src/new.txt': 'b', 'vscode/x': 'x', 'node_modules/p/x.spec.md': 'theirs' });
    mkdirSync(path.join(worktree.path, '.vscode'));
    assert.deepEqual(await restoreGoverned(worktree, worktree.base, patterns), []);
    assert.ok(existsSync(path.join(worktree.path, 'node_modules/p/x.spec.md')));
    await isSealed(worktree);
  });

  for (const [name, { attack, restored }] of Object.entries(attacks)) {
    it(`are put back when an agent ${name}`, async () => {
      const worktree = await worktreeOf();
      attack(worktree.path);
      assert.deepEqual(await restoreGoverned(worktree, worktree.base, patterns), restored);
      await isSealed(worktree);
      assert.equal(statSync(path.join(worktree.path, 'tools/check.sh')).mode & 0o100, 0o100);
    });
  }

  it('that cannot be put back are told of in a sentence that names the folder', async () => {
    const worktree = await worktreeOf();
    const file = path.join(worktree.path, 'src/a.txt');
    await assert.rejects(
      restoreGoverned({ ...worktree, path: file }, worktree.base, patterns),
      (error) =>
        error instanceof FactoryError && error.message.startsWith(`The file ${file} could not be used`),
    );
  });

  it('are put back without touching anything that links lead to', async () => {
    const worktree = await worktreeOf();
    const outside = temporaryFolder('outside');
    writeFiles(outside, { 'workflows/ci.yml': 'host', 'bot.spec.md': 'host', 'other.spec.md': 'host' });
    for (const dir of ['.github', 'docs']) {
      rmSync(path.join(worktree.path, dir), { recursive: true });
      symlinkSync(outside, path.join(worktree.path, dir));
    }
    await restoreGoverned(worktree, worktree.base, patterns);
    await isSealed(worktree);
    assert.deepEqual(readdirSync(outside).sort(), ['bot.spec.md', 'other.spec.md', 'workflows']);
    for (const file of ['workflows/ci.yml', 'bot.spec.md', 'other.spec.md']) {
      assert.equal(readFileSync(path.join(outside, file), 'utf8'), 'host');
    }
  });
});
