interface Node {
  /** Operation by method. */
  operations: Map<string, string>;
  next: Map<string, Node>;
  /** What follows any segment at this place. */
  any: Node | null;
}

const node = (): Node => ({ operations: new Map(), next: new Map(), any: null });

export interface Route {
  operation: string;
  params: Record<string, string>;
}

/** What a path and a method mean: an operation, or methods that the path has instead; null for an unknown path. */
export type Match = Route | { allowed: string[] } | null;

/**
 * Finds operations named like `GET /rest/api/3/issue/{issueIdOrKey}`; a segment that is written out goes before a
 * parameter.
 */
export function createRouter(operations: readonly string[]): (method: string, path: string) => Match {
  const root = node();
  const names = new Map<string, string[]>();
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(' ');
    let place = root;
    const params: string[] = [];
    for (const segment of path.slice(1).split('/')) {
      if (segment.startsWith('{')) {
        params.push(segment.slice(1, -1));
        place = place.any ??= node();
      } else {
        const next = place.next.get(segment) ?? node();
        place.next.set(segment, next);
        place = next;
      }
    }
    place.operations.set(method, operation);
    names.set(operation, params);
  }
  return (method, path) => {
    const segments = path.slice(1).replace(/\/$/, '').split('/');
    const values: string[] = [];
    const allowed: string[] = [];
    const walk = (place: Node, index: number): string | null => {
      const segment = segments[index];
      if (segment === undefined) {
        const found = place.operations.get(method);
        if (!found) allowed.push(...place.operations.keys());
        return found ?? null;
      }
      const next = place.next.get(segment);
      const exact = next ? walk(next, index + 1) : null;
      if (exact || !place.any || segment === '') return exact;
      values.push(segment);
      const found = walk(place.any, index + 1);
      if (!found) values.pop();
      return found;
    };
    const operation = walk(root, 0);
    if (!operation) return allowed.length > 0 ? { allowed } : null;
    const params = (names.get(operation) ?? []).map((name, index) => [name, values[index] ?? ''] as const);
    return { operation, params: Object.fromEntries(params) };
  };
}
