import { problem, type FieldPlace } from './fieldPlace';
import { fieldOf } from './fields';
import { isRecord } from '../../shared/records';
import { memberOf } from './formats';
import { readField } from './issueFields';
import type { Issue } from './issueState';

// The `update` of a request: operations such as `[{ add: "urgent" }]` instead of a value.

/** The values of the system's list fields as clients write them. */
const listViews: Readonly<Record<string, (issue: Issue) => unknown[]>> = {
  labels: (issue) => issue.labels,
  components: (issue) => issue.components.map((id) => ({ id })),
  fixVersions: (issue) => issue.fixVersions.map((id) => ({ id })),
  versions: (issue) => issue.versions.map((id) => ({ id })),
};

/** What a list field holds; null for a field that is no list. */
function listIn(id: string, { call, issue }: FieldPlace): unknown[] | null {
  const view = Object.hasOwn(listViews, id) ? listViews[id] : undefined;
  if (view) return issue ? view(issue) : [];
  const custom = call.state.customFields.find((field) => field.id === id);
  if (!custom || fieldOf(custom).schema?.type !== 'array') return null;
  const stored = issue?.customFields[id];
  return Array.isArray(stored) ? (stored as unknown[]) : [];
}

/** The value that operations make of a field. Throws a `FieldProblem`. */
export function applyOperations(id: string, operations: unknown, place: FieldPlace): unknown {
  if (!Array.isArray(operations)) problem('Operation value must be an array');
  // By what each item means, so that `{ name }` takes out what `{ id }` put in.
  const meaning = (item: unknown) => JSON.stringify(readField(id, [item], place));
  const mapOf = (items: unknown): Map<string, unknown> | null =>
    Array.isArray(items) ? new Map(items.map((item: unknown) => [meaning(item), item])) : null;
  let value: unknown = listIn(id, place);
  let items = mapOf(value);
  for (const operation of operations) {
    const [verb, ...others] = isRecord(operation) ? Object.keys(operation) : [];
    if (verb === undefined || others.length > 0) problem('An operation has one verb.');
    const given = memberOf(operation, verb);
    if (verb === 'set' || verb === 'edit') [value, items] = [given, mapOf(given)];
    else if (verb === 'add' && items) items.set(meaning(given), given);
    else if (verb === 'remove' && items) items.delete(meaning(given));
    else problem(`Field '${id}' does not support operation '${verb}'`);
  }
  return items ? [...items.values()] : value;
}
