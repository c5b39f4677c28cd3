import { canSee, flagParam, issueFor, me, param, projectOfIssue, type Call, type Handler } from './call';
import { record } from './changes';
import type { Attachment, Issue } from './issueState';
import { viewAttachment } from './partViews';
import { can } from './permission';
import { JiraRefusal, refuse } from './refusal';
import { nextId } from './state';

const fileItem = { field: 'Attachment', fieldtype: 'jira', fieldId: 'attachment' };
const nothing = { from: null, fromString: null, to: null, toString: null };

const add: Handler = (call) => {
  const token = call.header('x-atlassian-token')?.toLowerCase();
  if (token !== 'no-check' && token !== 'nocheck') throw new JiraRefusal(403, ['XSRF check failed']);
  const issue = issueFor(
    call,
    'CREATE_ATTACHMENTS',
    'You do not have permission to create attachments for this issue.',
  );
  const author = me(call);
  const { files, state, now } = call;
  if (files.length === 0) refuse(400, 'The request has no file.');
  const limit = state.settings.attachmentLimit;
  const large = files.find(({ bytes }) => bytes.length > limit);
  if (large) {
    refuse(413, `The file "${large.filename}" exceeds its maximum permitted size of ${limit} bytes.`);
  }
  const added = files.map(({ filename, mimeType, bytes }): Attachment => ({
    id: nextId(state, 'attachment'),
    filename,
    author,
    created: now,
    mimeType,
    size: bytes.length,
    content: Buffer.from(bytes).toString('base64'),
  }));
  issue.attachments.push(...added);
  record(
    call,
    issue,
    added.map(({ id, filename }) => ({ ...fileItem, ...nothing, to: id, toString: filename })),
  );
  return { body: added.map((attachment) => viewAttachment(call, attachment)) };
};

function find(call: Call): { issue: Issue; attachment: Attachment } {
  const id = param(call, 'id');
  for (const issue of call.state.issues) {
    const attachment = issue.attachments.find((candidate) => candidate.id === id);
    if (attachment && canSee(call, issue)) return { issue, attachment };
  }
  return refuse(404, `The attachment with id '${id}' does not exist`);
}

const get: Handler = (call) => {
  const { attachment } = find(call);
  return { body: { ...viewAttachment(call, attachment), id: Number(attachment.id) } };
};

/** Bytes, or the way to them, as the client wishes. */
const content: Handler = (call) => {
  const { attachment } = find(call);
  const { id, filename, mimeType } = attachment;
  if (flagParam(call, 'redirect', true)) {
    return { status: 303, headers: [['location', `${call.rest}/attachment/content/${id}?redirect=false`]] };
  }
  return {
    body: new Uint8Array(Buffer.from(attachment.content, 'base64')),
    headers: [
      ['content-type', mimeType],
      ['content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`],
    ],
  };
};

const remove: Handler = (call) => {
  const { issue, attachment } = find(call);
  const project = projectOfIssue(call.state, issue);
  const isOwn = attachment.author === me(call) && can(call, 'DELETE_OWN_ATTACHMENTS', project, issue);
  if (!isOwn && !can(call, 'DELETE_ALL_ATTACHMENTS', project, issue)) {
    refuse(403, `You do not have permission to delete attachment with id: ${attachment.id}`);
  }
  issue.attachments = issue.attachments.filter((other) => other !== attachment);
  record(call, issue, [{ ...fileItem, ...nothing, from: attachment.id, fromString: attachment.filename }]);
  return { status: 204 };
};

const meta: Handler = ({ state }) => ({
  body: { enabled: true, uploadLimit: state.settings.attachmentLimit },
});

export const attachmentHandlers = {
  'GET /rest/api/3/attachment/meta': meta,
  'GET /rest/api/3/attachment/{id}': get,
  'DELETE /rest/api/3/attachment/{id}': remove,
  'GET /rest/api/3/attachment/content/{id}': content,
  'POST /rest/api/3/issue/{issueIdOrKey}/attachments': add,
};
