/** What may never be part of a tree that the factory builds or delivers; pure rules over paths. */

/** A path that is kept out of a commit, and why, as the end of a sentence about it. */
export interface Refusal {
  path: string;
  reason: string;
}

// Code points that HFS+ leaves out when it compares names.
const unseen = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/** A path as the most forgiving file system compares it: case, composition, unseen characters, ends of names. */
export function foldPath(file: string): string {
  return file
    .normalize('NFC')
    .replace(unseen, '')
    .toUpperCase()
    .toLowerCase()
    .split('/')
    .map((name) => name.replace(/(?<=[^. ])[. ]+$/, ''))
    .join('/');
}

/** Why a path can not be kept because of its name alone, or null. */
export function refusedName(file: string): string | null {
  if (file.includes('\ufffd')) return 'its name is not valid UTF-8';
  const inGit = foldPath(file)
    .split('/')
    .some((name) => name === '.git' || /^git~\d+$/.test(name));
  return inGit ? 'a file of a .git folder is not part of the work' : null;
}

/**
 * Why a symbolic link can not be kept, or null. A link may climb only at its beginning and never above the tree, so
 * that it stays inside whatever other links the tree holds.
 */
export function refusedLink(file: string, target: string): string | null {
  const names = target.split(/[/\\]/).filter((name) => name !== '.');
  if (target.startsWith('/') || target.startsWith('\\') || /^[a-z]:/i.test(target)) {
    return `it is a link to ${target}, an absolute path`;
  }
  const down = names.findIndex((name) => name !== '..');
  const climbs = down < 0 ? names.length : down;
  if (climbs > file.split('/').length - 1 || names.slice(climbs).includes('..')) {
    return `it is a link to ${target}, which may leave the folder`;
  }
  return refusedName(names.slice(climbs).join('/')) ? `it is a link into a .git folder` : null;
}

/** True when a changed path may complete a folder that git takes for a repository. */
export function touchesBareLayout(file: string): boolean {
  return /(^|\/)(head|commondir|objects|refs)(\/|$)/.test(foldPath(file));
}

/** Folders (`''` is the root) that git would take for a repository of its own, among all paths of a tree. */
export function bareLayouts(files: Iterable<string>): string[] {
  const parts = new Map<string, Set<string>>();
  const original = new Map<string, string>();
  for (const file of files) {
    const names = file.split('/');
    names.forEach((name, depth) => {
      const part = foldPath(name);
      if (!layoutParts.has(part)) return;
      const dir = names.slice(0, depth).join('/');
      const key = foldPath(dir);
      original.set(key, original.get(key) ?? dir);
      parts.set(key, (parts.get(key) ?? new Set()).add(part));
    });
  }
  return [...parts]
    .filter(([, has]) => has.has('head') && (has.has('commondir') || (has.has('objects') && has.has('refs'))))
    .map(([key]) => original.get(key) ?? key);
}

const layoutParts = new Set(['head', 'commondir', 'objects', 'refs']);

/**
 * True when `file` belongs to the repository that `dir` would be. In the root only its telling parts do, for
 * everything lies below the root.
 */
export function isOfBareLayout(file: string, dir: string): boolean {
  const folded = foldPath(file);
  return dir === ''
    ? layoutParts.has(folded.split('/')[0] ?? '')
    : `${folded}/`.startsWith(`${foldPath(dir)}/`);
}
