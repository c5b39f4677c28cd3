import path from 'node:path';
import { checkpoint } from '../../src/workspace/checkpoint';
import { createFactoryRepo } from '../../src/workspace/factoryRepo';
import { restoreGoverned } from '../../src/workspace/governed';
import { addWorktree, type Worktree } from '../../src/workspace/worktree';
import { personRepository, removeFolders, writeFiles } from '../support/gitRepo';
import { type Figure, timed } from './figures';

const governed = ['CLAUDE.md', 'AGENTS.md', '.factory/**', '**/*.spec.md', '.github/**', '.vscode/**'];

const notes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`src/${n % 50}/${n}.txt`, `Note ${n}.\n`]));

async function worktreeOf(dir: string, files: number): Promise<Worktree> {
  const person = personRepository({ 'CLAUDE.md': 'Rules.\n', ...notes(files) });
  const repo = await createFactoryRepo(path.join(dir, `repo-${files}`), person);
  return addWorktree(repo, 'bench', repo.snapshot);
}

/** Closing a round: governed files compared and the changed file committed, in a small and a large worktree. */
export async function measureCheckpoints(dir: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const files of [30, 2000]) {
    const worktree = await worktreeOf(dir, files);
    const { repo } = worktree;
    const close = async (): Promise<void> => {
      await restoreGoverned(worktree, repo.snapshot, governed);
      await checkpoint(worktree, 'Round');
    };
    const changed = await timed(30, (n) => {
      writeFiles(worktree.path, { 'src/1/1.txt': `Round ${n}.\n` });
      return close();
    });
    const same = await timed(30, close);
    figures.push(
      { name: `checkpoint of one changed file among ${files}`, unit: 'ms', samples: changed },
      { name: `checkpoint of nothing among ${files}`, unit: 'ms', samples: same },
    );
  }
  removeFolders();
  return figures;
}
