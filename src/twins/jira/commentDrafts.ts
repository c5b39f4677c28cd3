import { me, type Call } from './call';
import { announce } from './events';
import { FieldProblem } from './fieldPlace';
import { isRecord } from '../../shared/records';
import { memberOf } from './formats';
import type { Comment, Doc, Issue, Visibility } from './issueState';
import { readProperties } from './propertyDrafts';
import { readRich } from './rich';
import { nextId } from './state';

export const noComments = 'You do not have permission to comment on this issue.';

export interface CommentDraft {
  body: Doc;
  visibility: Visibility | undefined;
  properties: Record<string, unknown>;
}

/** Who may see something: a group or a role of the site. */
export function readVisibility({ state }: Call, value: unknown): Visibility | undefined {
  if (value === undefined || value === null) return undefined;
  const type = memberOf(value, 'type');
  const name = memberOf(value, 'value');
  const identifier = memberOf(value, 'identifier');
  if (type !== 'group' && type !== 'role') throw new FieldProblem('Invalid visibility type.');
  const rows =
    type === 'group'
      ? state.groups.map(({ groupId, name: label }) => ({ id: groupId, name: label }))
      : state.roles;
  const row = rows.find((candidate) => candidate.name === name || candidate.id === identifier);
  if (!row) {
    throw new FieldProblem(
      type === 'group' ? `Group: ${String(name)} does not exist.` : `Role: ${String(name)} does not exist.`,
    );
  }
  return { type, value: row.name, identifier: type === 'group' ? row.id : row.name };
}

/** Reads the JSON of a comment. Throws a `FieldProblem`. */
export function readComment(call: Call, value: unknown): CommentDraft {
  if (!isRecord(value)) throw new FieldProblem('Comment body can not be empty!');
  const given = memberOf(value, 'body');
  if (given === undefined || given === null || given === '')
    throw new FieldProblem('Comment body can not be empty!');
  const body = readRich(call, given, 'Comment body is not valid!');
  if (typeof body === 'string') throw new FieldProblem(body);
  return {
    body,
    visibility: readVisibility(call, memberOf(value, 'visibility')),
    properties: readProperties(memberOf(value, 'properties')),
  };
}

/** Adds a comment and tells of it. */
export function addComment(
  call: Call,
  issue: Issue,
  { body, visibility, properties }: CommentDraft,
): Comment {
  const author = me(call);
  const comment: Comment = {
    id: nextId(call.state, 'comment'),
    author,
    updateAuthor: author,
    body,
    created: call.now,
    updated: call.now,
    jsdPublic: true,
    properties,
    ...(visibility ? { visibility } : {}),
  };
  issue.comments.push(comment);
  issue.updated = call.now;
  announce(call, issue, { event: 'comment_created', comment });
  return comment;
}
