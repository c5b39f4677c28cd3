import { findIssue, issueFor, listParam, me, param, projectOfIssue, type Call, type Handler } from './call';
import { addComment, noComments, readComment } from './commentDrafts';
import { announce } from './events';
import { FieldProblem } from './fieldPlace';
import { memberOf } from './formats';
import type { Comment, Issue } from './issueState';
import { toHtml } from './markup/toHtml';
import { cut, pageWish } from './paging';
import { viewComment } from './partViews';
import { can } from './permission';
import { refuse, refuseFields } from './refusal';
import { visibleIn } from './visibility';

function view(call: Call, issue: Issue, comment: Comment): object {
  const rendered = listParam(call, 'expand').includes('renderedBody');
  const properties = Object.entries(comment.properties).map(([key, value]) => ({ key, value }));
  return {
    ...viewComment(call, issue, comment),
    ...(rendered ? { renderedBody: toHtml(comment.body) } : {}),
    ...(listParam(call, 'expand').includes('properties') ? { properties } : {}),
  };
}

const orders: Readonly<Record<string, (a: Comment, b: Comment) => number>> = {
  created: (a, b) => a.created.localeCompare(b.created),
  '+created': (a, b) => a.created.localeCompare(b.created),
  '-created': (a, b) => b.created.localeCompare(a.created),
};

export const list: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const wish = pageWish(call, 50, 5000);
  const comments = visibleIn(call, issue, issue.comments);
  const order = call.query.get('orderBy');
  if (order !== null) {
    if (!Object.hasOwn(orders, order)) refuse(400, `The orderBy value '${order}' is not supported.`);
    comments.sort(orders[order]);
  }
  return {
    body: {
      startAt: wish.startAt,
      maxResults: wish.maxResults,
      total: comments.length,
      comments: cut(comments, wish).map((comment) => view(call, issue, comment)),
    },
  };
};

function findComment(call: Call): { issue: Issue; comment: Comment } {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const id = param(call, 'id');
  const comment =
    visibleIn(call, issue, issue.comments).find((candidate) => candidate.id === id) ??
    refuse(404, `Can not find a comment for the id: ${id}.`);
  return { issue, comment };
}

export const get: Handler = (call) => {
  const { issue, comment } = findComment(call);
  return { body: view(call, issue, comment) };
};

/** Reads the JSON of a comment; refuses it where the comment belongs. */
function draftOf(call: Call) {
  try {
    return readComment(call, call.body);
  } catch (error) {
    if (error instanceof FieldProblem) refuseFields({ comment: error.message });
    throw error;
  }
}

export const add: Handler = (call) => {
  const issue = issueFor(call, 'ADD_COMMENTS', noComments);
  me(call);
  const comment = addComment(call, issue, draftOf(call));
  return { status: 201, body: view(call, issue, comment) };
};

/** Refuses people who may neither change all comments nor own this one. */
export function mustOwnComment(
  call: Call,
  verb: 'EDIT' | 'DELETE',
  { issue, comment }: { issue: Issue; comment: Comment },
): void {
  const project = projectOfIssue(call.state, issue);
  const isOwn = comment.author === me(call) && can(call, `${verb}_OWN_COMMENTS`, project, issue);
  if (isOwn || can(call, `${verb}_ALL_COMMENTS`, project, issue)) return;
  refuse(403, `You do not have the permission to ${verb.toLowerCase()} this comment.`);
}

export const update: Handler = (call) => {
  const found = findComment(call);
  mustOwnComment(call, 'EDIT', found);
  const { body, visibility, properties } = draftOf(call);
  const { issue, comment } = found;
  Object.assign(comment, { body, updated: call.now, updateAuthor: me(call) });
  if (memberOf(call.body, 'visibility') !== undefined) {
    if (visibility) comment.visibility = visibility;
    else delete comment.visibility;
  }
  Object.assign(comment.properties, properties);
  issue.updated = call.now;
  announce(call, issue, { event: 'comment_updated', comment });
  return { body: view(call, issue, comment) };
};

export const remove: Handler = (call) => {
  const found = findComment(call);
  mustOwnComment(call, 'DELETE', found);
  const { issue, comment } = found;
  issue.comments = issue.comments.filter((other) => other !== comment);
  issue.updated = call.now;
  announce(call, issue, { event: 'comment_deleted', comment });
  return { status: 204 };
};
