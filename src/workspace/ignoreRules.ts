import ignore from 'ignore';
import path from 'node:path';
import { alwaysIgnored } from './repository';
import { readEntry } from './safeFiles';
import type { Worktree } from './worktree';

/** Rules of one ignore file, with the folder its patterns start from (`''` is the root). */
interface Rules {
  folder: string;
  rules: ignore.Ignore;
}

/** Rule files longer than this are not read. */
const largestRules = 1024 * 1024;

/**
 * Whether git would ignore a file of the worktree that was never committed. Asking git itself costs a process; where
 * the two should ever differ, the next look through git's eyes makes up for it.
 */
export function isIgnored(worktree: Worktree, file: string): boolean {
  const names = file.split('/');
  const folders = names.map((_, depth) => names.slice(0, depth).join('/'));
  const rules = folders.flatMap((folder) => rulesIn(worktree, folder) ?? []);
  const above = { folder: '', rules: ignore().add([...alwaysIgnored]) };
  // What lies in an ignored folder is ignored, whatever deeper rules say.
  const parts = [...folders.slice(1).map((folder) => `${folder}/`), file];
  return parts.some((part) => isPartIgnored([above, ...rules], part));
}

function rulesIn(worktree: Worktree, folder: string): Rules | null {
  const entry = readEntry(worktree.path, path.posix.join(folder, '.gitignore'), largestRules);
  return entry?.kind === 'file' ? { folder, rules: ignore().add(entry.data.toString()) } : null;
}

/** The deepest rules that say anything about a path decide. */
function isPartIgnored(all: readonly Rules[], part: string): boolean {
  const covering = all.filter(({ folder }) => folder === '' || part.startsWith(`${folder}/`));
  for (const { folder, rules } of covering.reverse()) {
    const below = folder === '' ? part : part.slice(folder.length + 1);
    const said = below === '' ? { ignored: false, unignored: false } : rules.test(below);
    if (said.ignored || said.unignored) return said.ignored;
  }
  return false;
}
