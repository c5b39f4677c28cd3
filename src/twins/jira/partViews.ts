import type { Call } from './call';
import { jiraTime } from './formats';
import type { Attachment, Comment, Issue, Visibility, Worklog } from './issueState';
import { writeRich } from './rich';
import { durationText } from './durations';
import { viewUser } from './views';

// What hangs on an issue, as answers show it.

const seen = (visibility: Visibility | undefined) => (visibility ? { visibility } : {});

export function viewComment(call: Call, issue: Issue, comment: Comment) {
  return {
    self: `${call.rest}/issue/${issue.id}/comment/${comment.id}`,
    id: comment.id,
    author: viewUser(call, comment.author),
    body: writeRich(call, comment.body),
    updateAuthor: viewUser(call, comment.updateAuthor),
    created: jiraTime(comment.created),
    updated: jiraTime(comment.updated),
    jsdPublic: comment.jsdPublic,
    ...seen(comment.visibility),
  };
}

export function viewWorklog(call: Call, issue: Issue, worklog: Worklog) {
  return {
    self: `${call.rest}/issue/${issue.id}/worklog/${worklog.id}`,
    author: viewUser(call, worklog.author),
    updateAuthor: viewUser(call, worklog.updateAuthor),
    ...(worklog.comment ? { comment: writeRich(call, worklog.comment) } : {}),
    created: jiraTime(worklog.created),
    updated: jiraTime(worklog.updated),
    started: jiraTime(worklog.started),
    timeSpent: durationText(call.state.settings, worklog.timeSpentSeconds),
    timeSpentSeconds: worklog.timeSpentSeconds,
    id: worklog.id,
    issueId: issue.id,
    ...seen(worklog.visibility),
  };
}

export function viewAttachment(call: Call, attachment: Attachment) {
  const { id, filename, author, created, size, mimeType } = attachment;
  const isImage = mimeType.startsWith('image/');
  return {
    self: `${call.rest}/attachment/${id}`,
    id,
    filename,
    author: viewUser(call, author),
    created: jiraTime(created),
    size,
    mimeType,
    content: `${call.rest}/attachment/content/${id}`,
    ...(isImage ? { thumbnail: `${call.rest}/attachment/thumbnail/${id}` } : {}),
  };
}
