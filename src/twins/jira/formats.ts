/** A time of the state as Jira writes it: no colon in the offset. */
export const jiraTime = (iso: string): string => iso.replace('Z', '+0000');

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of a JSON object of the client's, if it is an own one. */
export function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Ids come as text and as numbers. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** `{ id }` of a JSON object of the client's. */
export const idIn = (value: unknown, name = 'id'): string | undefined => idOf(memberOf(value, name));
