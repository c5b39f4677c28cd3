import { me, type Call } from './call';
import { applyOperations } from './fieldOperations';
import {
  empties,
  FieldProblem,
  maySet,
  notOnScreen,
  problem,
  type FieldPlace,
  type IssuePatch,
} from './fieldPlace';
import { allFields } from './fields';
import { isRecord } from '../../shared/records';
import { memberOf } from './formats';
import { readField } from './issueFields';
import { noComments, readComment, type CommentDraft } from './commentDrafts';
import { can } from './permission';
import { JiraRefusal } from './refusal';

/** What a body with `fields` and `update` makes of an issue: a patch, and comments to add. */
export interface Draft {
  patch: IssuePatch;
  comments: CommentDraft[];
  /** Fields that the client named. */
  named: Set<string>;
}

/** Fields that are not part of the patch. */
const handledApart = new Set(['project', 'comment']);

/** True when the client gave this field a value. */
export const gives = ({ named, patch }: Draft, id: string): boolean => named.has(id) && !empties(patch, id);

/** What Jira says of a field that must have a value. */
export function requiredText({ state }: Pick<Call, 'state'>, id: string): string {
  const name = allFields(state).find((field) => field.id === id)?.name ?? id;
  return `${name} is required.`;
}

function namesOf(value: unknown, what: string): string[] {
  if (value === undefined || value === null) return [];
  if (!isRecord(value)) throw new JiraRefusal(400, [`The '${what}' of the request must be an object.`]);
  return Object.keys(value);
}

/** Puts a patch onto the place's issue, so that two changes of one list both count. */
function merge(into: IssuePatch, patch: IssuePatch): void {
  const { customFields } = into;
  Object.assign(into, patch);
  if (patch.customFields) into.customFields = { ...customFields, ...patch.customFields };
}

/** Reads `fields` and `update` of a request. Throws a refusal that names everything that is wrong. */
export function readDraft(place: FieldPlace, body: unknown): Draft {
  const fields = memberOf(body, 'fields');
  const update = memberOf(body, 'update');
  const [named, updated] = [namesOf(fields, 'fields'), namesOf(update, 'update')];
  const both = named.filter((id) => updated.includes(id));
  if (both.length > 0) {
    const messages = both.map((id) => `Field '${id}' cannot appear in both 'fields' and 'update'`);
    throw new JiraRefusal(400, messages);
  }
  const draft: Draft = { patch: {}, comments: [], named: new Set([...named, ...updated]) };
  const errors = new Map<string, string>();
  const attempt = (id: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      errors.set(id, error.message);
    }
  };
  const read = (id: string, valueOf: () => unknown): void => {
    if (!maySet(place, id)) problem(notOnScreen(id));
    merge(draft.patch, readField(id, valueOf(), place));
  };
  for (const id of named.filter((name) => !handledApart.has(name))) {
    attempt(id, () => read(id, () => memberOf(fields, id)));
  }
  for (const id of updated) {
    const operations = memberOf(update, id);
    if (id === 'comment') attempt(id, () => draft.comments.push(...readComments(place, operations)));
    else if (!handledApart.has(id)) attempt(id, () => read(id, () => applyOperations(id, operations, place)));
  }
  if (errors.size > 0) throw new JiraRefusal(400, [], Object.fromEntries(errors));
  return draft;
}

function readComments({ call, project, issue }: FieldPlace, operations: unknown): CommentDraft[] {
  me(call);
  if (!can(call, 'ADD_COMMENTS', project, issue ?? undefined)) problem(noComments);
  if (!Array.isArray(operations)) throw new FieldProblem('Operation value must be an array');
  return operations.map((operation) => {
    const added = memberOf(operation, 'add');
    if (added === undefined) throw new FieldProblem("Field 'comment' supports the operation 'add' only.");
    return readComment(call, added);
  });
}
