import { isRecord } from '../../shared/records';

/** A time of the state as Jira writes it: no colon in the offset. */
export const jiraTime = (iso: string): string => iso.replace('Z', '+0000');

/** A time that a client wrote, with or without that colon; null when it is none. */
export function readTime(text: string): Date | null {
  const time = new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time.getTime()) ? null : time;
}

/** True for a day of the calendar: `2019-06-01`. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  return readTime(`${value}T00:00:00Z`)?.toISOString().slice(0, 10) === value;
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
