import { findIssue, listParam, param, type Call, type Handler } from '../call';
import { changeIssue } from '../changes';
import { announce } from '../events';
import { memberOf } from '../formats';
import { can } from '../permission';
import { refuse } from '../refusal';
import type { CustomField } from '../state';
import { rowOf } from '../views';
import { findBoard } from './places';
import { viewAgileIssue } from './views';

export const get: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const wish = { fields: listParam(call, 'fields'), expand: listParam(call, 'expand') };
  return { body: viewAgileIssue(call, issue, wish) };
};

/** The field that the board of the request estimates in. */
function estimateField(call: Call): CustomField {
  const id = call.query.get('boardId') ?? refuse(400, 'The board must be specified.');
  const board = findBoard(call, id);
  const field = call.state.customFields.find(
    ({ type, trashed }) => type === 'com.pyxis.greenhopper.jira:jsw-story-points' && !trashed,
  );
  if (!field || board.type !== 'scrum') refuse(400, 'The board has no estimation field.');
  return field;
}

export const getEstimation: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const { id } = estimateField(call);
  const value = issue.customFields[id];
  return { body: { fieldId: id, ...(typeof value === 'number' ? { value } : {}) } };
};

export const estimate: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const { id } = estimateField(call);
  const given = memberOf(call.body, 'value');
  const isEmpty = given === null || given === '';
  const value = isEmpty
    ? null
    : Number(typeof given === 'string' || typeof given === 'number' ? given : Number.NaN);
  if (value !== null && !Number.isFinite(value)) refuse(400, 'The estimation must be a number.');
  if (!can(call, 'EDIT_ISSUES', rowOf(call.state.projects, issue.project), issue)) {
    refuse(403, 'You do not have permission to edit this issue.');
  }
  const items = changeIssue(call, issue, { customFields: { ...issue.customFields, [id]: value } });
  if (items.length > 0) announce(call, issue, { event: 'jira:issue_updated', items, type: 'issue_updated' });
  return { body: { fieldId: id, ...(value === null ? {} : { value }) } };
};
