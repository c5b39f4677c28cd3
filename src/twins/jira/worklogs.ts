import {
  canSee,
  findIssue,
  issueFor,
  listParam,
  me,
  param,
  projectOfIssue,
  type Call,
  type Handler,
} from './call';
import { readVisibility } from './commentDrafts';
import { secondsOf } from './durations';
import { FieldProblem } from './fieldPlace';
import { isRecord } from '../../shared/records';
import { memberOf, readTime } from './formats';
import type { Doc, Issue, Visibility, Worklog } from './issueState';
import { spentOn } from './issueView';
import { changeIssue, record } from './changes';
import { cut, pageWish } from './paging';
import { viewWorklog } from './partViews';
import { can } from './permission';
import { readProperties } from './propertyDrafts';
import { refuse, refuseFields } from './refusal';
import { visibleIn } from './visibility';
import { readRich } from './rich';
import { nextId } from './state';

interface Draft {
  timeSpentSeconds?: number;
  started?: string;
  comment?: Doc;
  visibility?: Visibility;
  properties: Record<string, unknown>;
}

function readSeconds({ state, body }: Call): number | undefined {
  const [text, seconds] = [memberOf(body, 'timeSpent'), memberOf(body, 'timeSpentSeconds')];
  if (text === undefined && seconds === undefined) return undefined;
  const found =
    typeof text === 'string' ? secondsOf(state.settings, text) : text === undefined ? seconds : null;
  if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < 60) {
    refuseFields({ timeLogged: 'Invalid time duration entered.' });
  }
  return found;
}

function readStarted({ body }: Call): string | undefined {
  const given = memberOf(body, 'started');
  if (given === undefined || given === null) return undefined;
  const isTime = typeof given === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/.test(given);
  const time = isTime ? readTime(given) : null;
  if (time === null) {
    refuse(400, `Cannot deserialize value of type \`java.util.Date\` from String ${JSON.stringify(given)}`);
  }
  return time.toISOString();
}

function readDraft(call: Call): Draft {
  const { body } = call;
  if (!isRecord(body)) refuse(400, 'Worklog must not be null.');
  const [timeSpentSeconds, started] = [readSeconds(call), readStarted(call)];
  const given = memberOf(body, 'comment');
  const comment =
    given === undefined || given === null ? undefined : readRich(call, given, 'Comment body is not valid!');
  if (typeof comment === 'string') refuseFields({ comment });
  const visibility = visibilityOf(call);
  return {
    properties: readProperties(memberOf(body, 'properties')),
    ...(timeSpentSeconds === undefined ? {} : { timeSpentSeconds }),
    ...(started === undefined ? {} : { started }),
    ...(comment === undefined ? {} : { comment }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}

function visibilityOf(call: Call): Visibility | undefined {
  try {
    return readVisibility(call, memberOf(call.body, 'visibility'));
  } catch (error) {
    if (error instanceof FieldProblem) refuseFields({ visibility: error.message });
    throw error;
  }
}

function durationParam({ state, query }: Call, name: string): number {
  const seconds = secondsOf(state.settings, query.get(name) ?? '');
  return seconds ?? refuseFields({ [name]: `You must supply a valid ${name}.` });
}

/** The remaining estimate after `spent` more seconds, as the parameter `adjustEstimate` says. */
function adjusted(call: Call, issue: Issue, spent: number): number | null {
  const mode = call.query.get('adjustEstimate') ?? 'auto';
  const left = issue.timeestimate;
  switch (mode) {
    case 'leave':
      return left;
    case 'new':
      return durationParam(call, 'newEstimate');
    case 'manual': {
      const name = call.query.has('increaseBy') ? 'increaseBy' : 'reduceBy';
      const by = durationParam(call, name);
      const changed = (left ?? 0) + (name === 'increaseBy' ? by : -by);
      return Math.min(Math.max(0, changed), Number.MAX_SAFE_INTEGER);
    }
    case 'auto':
      return left === null ? null : Math.min(Math.max(0, left - spent), Number.MAX_SAFE_INTEGER);
    default:
      return refuse(400, `The adjustEstimate value '${mode}' is not valid.`);
  }
}

/** Writes the new estimate and total into the issue and its history, after `change` was made to the worklogs. */
function track(call: Call, issue: Issue, timeestimate: number | null, change: () => void): void {
  const text = () => {
    const spent = spentOn(issue);
    return spent === null ? null : String(spent);
  };
  const before = text();
  change();
  const after = text();
  issue.updated = call.now;
  changeIssue(call, issue, { timeestimate });
  if (before === after) return;
  const item = { field: 'timespent', fieldtype: 'jira', fieldId: 'timespent' };
  record(call, issue, [{ ...item, from: before, fromString: before, to: after, toString: after }]);
}

const add: Handler = (call) => {
  const issue = issueFor(call, 'WORK_ON_ISSUES', 'You do not have permission to log work on this issue.');
  const author = me(call);
  const { timeSpentSeconds, started = call.now, ...rest } = readDraft(call);
  if (timeSpentSeconds === undefined)
    refuseFields({ timeLogged: 'You must indicate the time spent working.' });
  const timeestimate = adjusted(call, issue, timeSpentSeconds);
  const worklog: Worklog = {
    ...rest,
    id: nextId(call.state, 'worklog'),
    author,
    updateAuthor: author,
    created: call.now,
    updated: call.now,
    started,
    timeSpentSeconds,
  };
  track(call, issue, timeestimate, () => issue.worklogs.push(worklog));
  return { status: 201, body: viewWorklog(call, issue, worklog) };
};

function find(call: Call): { issue: Issue; worklog: Worklog } {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const id = param(call, 'id');
  const worklog = visibleIn(call, issue, issue.worklogs).find((candidate) => candidate.id === id);
  return { issue, worklog: worklog ?? refuse(404, `Cannot find worklog with id: '${id}'.`) };
}

function mustOwn(call: Call, verb: 'EDIT' | 'DELETE', { issue, worklog }: ReturnType<typeof find>): void {
  const project = projectOfIssue(call.state, issue);
  const isOwn = worklog.author === me(call) && can(call, `${verb}_OWN_WORKLOGS`, project, issue);
  if (isOwn || can(call, `${verb}_ALL_WORKLOGS`, project, issue)) return;
  refuse(403, `You do not have permission to ${verb.toLowerCase()} this worklog.`);
}

const update: Handler = (call) => {
  const found = find(call);
  mustOwn(call, 'EDIT', found);
  const { issue, worklog } = found;
  const { properties, ...draft } = readDraft(call);
  const more = (draft.timeSpentSeconds ?? worklog.timeSpentSeconds) - worklog.timeSpentSeconds;
  const timeestimate = adjusted(call, issue, more);
  track(call, issue, timeestimate, () => {
    Object.assign(worklog, draft, { updated: call.now, updateAuthor: me(call) });
    Object.assign(worklog.properties, properties);
  });
  return { body: viewWorklog(call, issue, worklog) };
};

const remove: Handler = (call) => {
  const found = find(call);
  mustOwn(call, 'DELETE', found);
  const { issue, worklog } = found;
  const timeestimate = adjusted(call, issue, -worklog.timeSpentSeconds);
  track(call, issue, timeestimate, () => {
    issue.worklogs = issue.worklogs.filter((other) => other !== worklog);
  });
  call.state.deletedWorklogs.push({ id: worklog.id, at: call.now });
  return { status: 204 };
};

const list: Handler = (call) => {
  const issue = findIssue(call, param(call, 'issueIdOrKey'));
  const wish = pageWish(call, 5000);
  const [after, before] = ['startedAfter', 'startedBefore'].map((name) =>
    Number(call.query.get(name) ?? Number.NaN),
  );
  const within = visibleIn(call, issue, issue.worklogs).filter(({ started }) => {
    const at = Date.parse(started);
    return !(at <= (after ?? Number.NaN)) && !(at >= (before ?? Number.NaN));
  });
  return {
    body: {
      startAt: wish.startAt,
      maxResults: wish.maxResults,
      total: within.length,
      worklogs: cut(within, wish).map((worklog) => viewWorklog(call, issue, worklog)),
    },
  };
};

const get: Handler = (call) => {
  const { issue, worklog } = find(call);
  return { body: viewWorklog(call, issue, worklog) };
};

/** Most entries of one page of the feeds. */
const feedPage = 1000;

function feed(
  call: Call,
  path: string,
  entries: readonly { id: string; at: string; properties: object[] }[],
): object {
  const since = Number(call.query.get('since') ?? 0);
  if (!Number.isFinite(since)) refuse(400, "The parameter 'since' must be a number.");
  const later = entries
    .map(({ id, at, properties }) => ({ worklogId: Number(id), updatedTime: Date.parse(at), properties }))
    .filter(({ updatedTime }) => updatedTime >= since)
    .toSorted((a, b) => a.updatedTime - b.updatedTime);
  const values = later.slice(0, feedPage);
  const until = values.at(-1)?.updatedTime ?? since;
  const lastPage = later.length <= feedPage;
  const link = (from: number) => `${call.rest}/worklog/${path}?since=${from}`;
  return {
    values,
    since,
    until,
    self: link(since),
    ...(lastPage ? {} : { nextPage: link(until) }),
    lastPage,
  };
}

const updated: Handler = (call) => {
  const withProperties = listParam(call, 'expand').includes('properties');
  const entries = call.state.issues.flatMap(({ worklogs }) =>
    worklogs.map(({ id, updated: at, properties }) => ({
      id,
      at,
      properties: withProperties ? Object.entries(properties).map(([key, value]) => ({ key, value })) : [],
    })),
  );
  return { body: feed(call, 'updated', entries) };
};

const deleted: Handler = (call) => ({
  body: feed(
    call,
    'deleted',
    call.state.deletedWorklogs.map((entry) => ({ ...entry, properties: [] })),
  ),
});

const byIds: Handler = (call) => {
  const ids = memberOf(call.body, 'ids');
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > feedPage) {
    refuse(400, 'The list of worklog ids must hold between 1 and 1000 ids.');
  }
  const wanted = new Set(ids.map(String));
  const found = call.state.issues
    .filter((issue) => canSee(call, issue))
    .flatMap((issue) =>
      visibleIn(call, issue, issue.worklogs)
        .filter(({ id }) => wanted.has(id))
        .map((worklog) => viewWorklog(call, issue, worklog)),
    );
  return { body: found };
};

export const worklogHandlers = {
  'GET /rest/api/3/issue/{issueIdOrKey}/worklog': list,
  'POST /rest/api/3/issue/{issueIdOrKey}/worklog': add,
  'GET /rest/api/3/issue/{issueIdOrKey}/worklog/{id}': get,
  'PUT /rest/api/3/issue/{issueIdOrKey}/worklog/{id}': update,
  'DELETE /rest/api/3/issue/{issueIdOrKey}/worklog/{id}': remove,
  'GET /rest/api/3/worklog/updated': updated,
  'GET /rest/api/3/worklog/deleted': deleted,
  'POST /rest/api/3/worklog/list': byIds,
};
