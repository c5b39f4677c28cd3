import type { Call } from './call';
import { idIn, isRecord, memberOf } from './formats';
import type { Issue } from './issueState';
import type { Project } from './state';

// What readers of fields have in common. What is wrong with a value is said in Jira's words by a `FieldProblem`; what
// is right becomes a part of the issue.

export class FieldProblem extends Error {}

export function problem(text: string): never {
  throw new FieldProblem(text);
}

/** Where a value is meant to go. */
export interface FieldPlace {
  call: Call;
  project: Project;
  issuetype: string;
  /** Null while it is being created. */
  issue: Issue | null;
}

export type IssuePatch = Partial<Issue>;
/** The account a client means: `{ accountId }` or `{ id }`. */
export function accountIn(value: unknown): string | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const given = memberOf(value, Object.hasOwn(value, 'accountId') ? 'accountId' : 'id');
  if (given === null) return null;
  return typeof given === 'string' ? given : undefined;
}

interface Named {
  id: string;
  name: string;
}

/** A row that a client names by `{ id }` or `{ name }`. */
export function pick<T extends Named>(rows: readonly T[], value: unknown): T | undefined {
  const id = idIn(value);
  if (id !== undefined) return rows.find((row) => row.id === id);
  const name = memberOf(value, 'name');
  return typeof name === 'string'
    ? rows.find((row) => row.name.toLowerCase() === name.toLowerCase())
    : undefined;
}
