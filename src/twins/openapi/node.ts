/** A JSON object of which nothing is known; documents come from outside, so every member is looked at before it is used. */
export type Node = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member that is an object; an empty one when there is none. */
export function childOf(node: Node, key: string): Node {
  const value = Object.hasOwn(node, key) ? node[key] : undefined;
  return isNode(value) ? value : {};
}

/** An own member that is a list; an empty one when there is none. */
export function listOf(node: Node, key: string): readonly unknown[] {
  const value = Object.hasOwn(node, key) ? node[key] : undefined;
  return Array.isArray(value) ? value : [];
}

export function textOf(node: Node, key: string): string | undefined {
  const value = Object.hasOwn(node, key) ? node[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(node: Node, key: string): number | undefined {
  const value = Object.hasOwn(node, key) ? node[key] : undefined;
  return typeof value === 'number' ? value : undefined;
}

/** Sets an own member, whatever its name is; plain assignment of `__proto__` would do something else. */
export function setOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A value as it is written in paths, queries and lists. */
export function written(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
