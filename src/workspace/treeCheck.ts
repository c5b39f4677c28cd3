import { FactoryError } from '../shared/errors';
import { changedEntries } from './commits';
import { git, splitNul } from './git';
import { governedMatcher, readBlobs } from './governed';
import { folderTree, type FactoryRepo } from './repository';
import { bareLayouts, refusedLink, refusedName, type Refusal } from './treeRules';

/**
 * What of a commit's tree must never reach the person's folder or repository. Checkpoints leave such things out, but
 * two harmless halves may become one when tasks are merged. `env` names more object folders.
 */
export async function treeFaults(
  repo: FactoryRepo,
  commit: string,
  env: Record<string, string> = {},
): Promise<Refusal[]> {
  const lines = splitNul(
    await git(['ls-tree', '-r', '-z', folderTree(repo, commit)], { gitDir: repo.gitDir, env }),
  );
  const entries = lines.map((line) => {
    const tab = line.indexOf('\t');
    const [mode = '', , id = ''] = line.slice(0, tab).split(' ');
    return { mode, id, path: line.slice(tab + 1) };
  });
  const links = entries.filter(({ mode }) => mode === '120000');
  const targets = await readBlobs(
    repo,
    links.map(({ id }) => id),
    env,
  );
  const faults: Refusal[] = bareLayouts(entries.map((entry) => entry.path)).map((layout) => ({
    path: layout || '.',
    reason: 'it looks like a git repository of its own',
  }));
  for (const { mode, path } of entries) {
    const reason = mode === '160000' ? 'it is a submodule' : refusedName(path);
    if (reason) faults.push({ path, reason });
  }
  links.forEach(({ path }, at) => {
    const reason = refusedLink(path, targets[at]!.toString());
    if (reason) faults.push({ path, reason });
  });
  return faults;
}

/** @throws FactoryError 'needs-human' naming what of a commit's tree must not reach the person's folder. */
export async function refuseFaults(
  repo: FactoryRepo,
  commit: string,
  env: Record<string, string> = {},
): Promise<void> {
  const [first, ...more] = await treeFaults(repo, commit, env);
  if (!first) return;
  const others = more.length ? ` (and ${more.length} more like it)` : '';
  throw new FactoryError(
    'needs-human',
    `The result holds ${first.path}, which is not handed over: ${first.reason}${others}.`,
    { hint: 'Say in the spec that the program needs no such file, and run it again. Nothing was changed.' },
  );
}

/** Governed paths that differ between two commits; rounds put them back, so that there should be none. */
export async function governedChanges(
  repo: FactoryRepo,
  from: string,
  to: string,
  patterns: readonly string[],
): Promise<string[]> {
  const matches = governedMatcher(patterns);
  const changed = await changedEntries(repo, from, to);
  return changed.filter(({ path, mode }) => matches(path, mode === '120000')).map(({ path }) => path);
}
