import type { Call } from './call';
import { isRecord } from '../../shared/records';
import { idIn, memberOf } from './formats';
import type { Issue } from './issueState';
import { can } from './permission';
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

export const notOnScreen = (id: string): string =>
  `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`;

/** Fields that are on the screens of those people only who have a permission of their own. */
const fieldPermissions: Readonly<Record<string, string>> = {
  assignee: 'ASSIGN_ISSUES',
  reporter: 'MODIFY_REPORTER',
  duedate: 'SCHEDULE_ISSUES',
  fixVersions: 'RESOLVE_ISSUES',
};

/** Whether the caller may set this field at all. */
export function maySet({ call, project, issue }: FieldPlace, id: string): boolean {
  const permission = Object.hasOwn(fieldPermissions, id) ? fieldPermissions[id] : undefined;
  return permission === undefined || can(call, permission, project, issue ?? undefined);
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** Whether a field has a value in an issue, or in a part of one. */
export function holds(issue: IssuePatch, id: string): boolean {
  return !isEmpty(Object.hasOwn(issue, id) ? issue[id as keyof Issue] : issue.customFields?.[id]);
}

/** Whether a part of an issue says of a field that it has no value. */
export function empties(patch: IssuePatch, id: string): boolean {
  const isNamed = Object.hasOwn(patch, id) || Object.hasOwn(patch.customFields ?? {}, id);
  return isNamed && !holds(patch, id);
}

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
