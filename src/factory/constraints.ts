import path from 'node:path';
import { readFileAt } from '../workspace/commits';
import type { FactoryRepo } from '../workspace/repository';

/** Files of the repository whose text every agent is given, from the sealed snapshot. */
const constraintFiles = ['CLAUDE.md', 'AGENTS.md'] as const;

/** How many files one may import through another. */
const deepest = 5;

export interface Constraints {
  /** Text by path from the folder's root: the files themselves, then what they import. */
  texts: Record<string, string>;
  /** Imports that lead out of the folder, as `CLAUDE.md imports ~/x`; nothing of them was read. */
  escaping: string[];
}

/**
 * Reads what governs agents, with its `@path` imports. Everything comes from git's objects of the sealed snapshot: a
 * path outside of its tree has no object, so that nothing of the machine can be read.
 */
export async function readConstraints(repo: FactoryRepo): Promise<Constraints> {
  const texts = new Map<string, string>();
  const escaping: string[] = [];

  async function take(file: string, depth: number): Promise<void> {
    if (texts.has(file)) return;
    const text = await readFileAt(repo, repo.snapshot, file);
    if (text === undefined) return;
    texts.set(file, text);
    if (depth === deepest) return;
    for (const target of importsIn(text)) {
      const imported = placeOf(file, target);
      if (imported === null) escaping.push(`${file} imports ${target}`);
      else await take(imported, depth + 1);
    }
  }
  for (const file of constraintFiles) await take(file, 0);
  return { texts: Object.fromEntries(texts), escaping: [...new Set(escaping)] };
}

/** The targets of `@path` in a Markdown text, outside of code. */
export function importsIn(text: string): string[] {
  const prose = text
    .replace(/^ {0,3}(`{3,}|~{3,})[^]*?(?:^ {0,3}\1[`~]*[ \t]*$|(?![^]))/gm, '')
    .replace(/(`+)[^`][^]*?\1/g, '');
  return [...prose.matchAll(/(?<=^|[\s(])@([^\s@]+)/gm)]
    .map(([, target = '']) => target.replace(/[.,;:!?)\]>"']+$/, ''))
    .filter((target) => target !== '');
}

/** Where an import of a file lies in the folder; null when it leads out. */
function placeOf(file: string, target: string): string | null {
  if (/^[~/\\]|\\|^[a-z][a-z0-9+.-]*:/i.test(target)) return null;
  const place = path.posix.normalize(path.posix.join(path.posix.dirname(file), target));
  return place === '..' || place.startsWith('../') ? null : place;
}
