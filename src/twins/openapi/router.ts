import type { Operation } from './operations';

interface Branch {
  fixed: Map<string, Branch>;
  /** Segments with parameters in them, in the order of the document. */
  open: { pattern: RegExp; branch: Branch }[];
  operations: Map<string, Operation>;
}

export interface Match {
  /** By method; none of them may be the one that was asked for. */
  operations: ReadonlyMap<string, Operation>;
  /** Of the path as the document writes it, which differ between operations only in name. */
  values: readonly string[];
}

export type Router = (path: string) => Match | null;

const newBranch = (): Branch => ({ fixed: new Map(), open: [], operations: new Map() });

/** Finds the operations of a path; a path without parameters is preferred to one with them, segment by segment. */
export function createRouter(operations: readonly Operation[]): Router {
  const root = newBranch();
  for (const operation of operations) {
    let at = root;
    for (const segment of operation.path.split('/').slice(1)) at = branchFor(at, segment);
    at.operations.set(operation.method, operation);
  }
  const find = (at: Branch, segments: readonly string[], values: readonly string[]): Match | null => {
    const [segment, ...rest] = segments;
    if (segment === undefined) return at.operations.size > 0 ? { operations: at.operations, values } : null;
    const fixed = at.fixed.get(segment);
    const found = fixed && find(fixed, rest, values);
    if (found) return found;
    for (const { pattern, branch } of at.open) {
      const match = pattern.exec(segment);
      const inner = match && find(branch, rest, [...values, ...match.slice(1)]);
      if (inner) return inner;
    }
    return null;
  };
  return (path) => {
    const segments = decoded(path);
    return segments && find(root, segments, []);
  };
}

/** Null for a path with escapes that are none. */
function decoded(path: string): string[] | null {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return null;
  }
}

function branchFor(at: Branch, segment: string): Branch {
  if (parameterNames(segment).length === 0) {
    const known = at.fixed.get(segment) ?? newBranch();
    at.fixed.set(segment, known);
    return known;
  }
  const source = segment
    .split(/\{[^{}]*\}/)
    .map(escapePattern)
    .join('(.+?)');
  const pattern = new RegExp(`^${source}$`);
  const known = at.open.find((one) => one.pattern.source === pattern.source);
  if (known) return known.branch;
  const branch = newBranch();
  at.open.push({ pattern, branch });
  return branch;
}

/** A text that matches itself in a pattern. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Names of the parameters in a path, in order. */
export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}
