import { listParam, me, type Call, type Handler } from '../call';
import { isRecord } from '../../../shared/records';
import { idOf, memberOf, readTime } from '../formats';
import { pageWish } from '../paging';
import { refuse } from '../refusal';
import { nextNumber, type Sprint } from '../state';
import { planAll } from './moves';
import { findScrumBoard, findSprint, needSprintPermission } from './places';
import { viewPage, viewSprint } from './views';

const maxName = 30;
const states = ['closed', 'active', 'future'] as const;

export const ofBoard: Handler = (call) => {
  const board = findScrumBoard(call);
  const wanted = listParam(call, 'state');
  for (const state of wanted) {
    if (!(states as readonly string[]).includes(state))
      refuse(400, `The sprint state '${state}' is not valid.`);
  }
  const sprints = call.state.sprints
    .filter(({ board: id, state }) => id === board.id && (wanted.length === 0 || wanted.includes(state)))
    .toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
  return { body: viewPage(sprints, pageWish(call, 50), (sprint) => viewSprint(call, sprint)) };
};

function nameIn(body: unknown): string | undefined {
  const name = memberOf(body, 'name');
  if (name === undefined || name === null) return undefined;
  if (typeof name !== 'string' || name.trim() === '') refuse(400, 'The sprint must have a name.');
  const trimmed = name.trim();
  if (trimmed.length > maxName)
    refuse(400, `The sprint name must be no more than ${maxName} characters long.`);
  return trimmed;
}

/** A time of a request in UTC; null takes it away. */
function timeIn(body: unknown, member: 'startDate' | 'endDate'): string | null | undefined {
  const value = memberOf(body, member);
  if (value === undefined || value === null || value === '') return value === undefined ? undefined : null;
  const text = typeof value === 'string' ? value : '';
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? readTime(text) : null;
  if (!time) refuse(400, `The ${member} '${text}' is not a valid date.`);
  return time.toISOString();
}

function goalIn(body: unknown): string | undefined {
  const goal = memberOf(body, 'goal');
  if (goal === undefined || goal === null) return undefined;
  return typeof goal === 'string' ? goal : refuse(400, 'The goal of a sprint must be a string.');
}

const needBody = ({ body }: Call): void => {
  if (!isRecord(body)) refuse(400, 'The request body is missing or is no object.');
};

function checkDates({ startDate, endDate }: Pick<Sprint, 'startDate' | 'endDate'>): void {
  if (startDate !== undefined && endDate !== undefined && endDate < startDate) {
    refuse(400, 'The start date of a sprint must be before the end date.');
  }
}

export const create: Handler = (call) => {
  me(call);
  needBody(call);
  const { body, state, now } = call;
  const name = nameIn(body) ?? refuse(400, 'The sprint must have a name.');
  const board = findScrumBoard(
    call,
    idOf(memberOf(body, 'originBoardId')) ?? refuse(400, 'The origin board must be specified.'),
  );
  needSprintPermission(call, board);
  const [startDate, endDate] = [timeIn(body, 'startDate') ?? undefined, timeIn(body, 'endDate') ?? undefined];
  checkDates({ startDate, endDate });
  const sprint: Sprint = {
    id: nextNumber(state, 'sprint'),
    name,
    goal: goalIn(body) ?? '',
    state: 'future',
    board: board.id,
    createdDate: now,
    ...(startDate === undefined ? {} : { startDate }),
    ...(endDate === undefined ? {} : { endDate }),
    properties: {},
  };
  state.sprints.push(sprint);
  return { status: 201, body: viewSprint(call, sprint) };
};

export const get: Handler = (call) => ({ body: viewSprint(call, findSprint(call)) });

/** The only ways a sprint may go. */
const next: Readonly<Record<Sprint['state'], Sprint['state'] | null>> = {
  future: 'active',
  active: 'closed',
  closed: null,
};

function stateIn(body: unknown, sprint: Sprint): Sprint['state'] {
  const given = memberOf(body, 'state');
  if (given === undefined || given === null || given === sprint.state) return sprint.state;
  const state = states.find((candidate) => candidate === given);
  if (!state) refuse(400, `The sprint state '${JSON.stringify(given)}' is not valid.`);
  if (state === next[sprint.state]) return state;
  if (state === 'closed') refuse(400, "The sprint can only be closed when it is in the 'active' state.");
  return refuse(
    400,
    `The sprint cannot be changed from the '${sprint.state}' state to the '${state}' state.`,
  );
}

/** Changes a sprint. @param isWhole true: what is left out is taken away, where that can be */
function change(call: Call, isWhole: boolean): Sprint {
  const sprint = findSprint(call);
  needBody(call);
  const { body, state, now } = call;
  needSprintPermission(
    call,
    state.boards.find(({ id }) => id === sprint.board),
  );
  if (sprint.state === 'closed') refuse(400, 'A closed sprint cannot be updated.');
  const to = stateIn(body, sprint);
  const name = nameIn(body) ?? (isWhole ? refuse(400, 'The sprint must have a name.') : sprint.name);
  const time = (member: 'startDate' | 'endDate') => {
    const given = timeIn(body, member);
    return given === undefined ? (isWhole ? undefined : sprint[member]) : (given ?? undefined);
  };
  const [startDate, endDate] = [time('startDate'), time('endDate')];
  checkDates({ startDate, endDate });
  if (to === 'active' && (startDate === undefined || endDate === undefined)) {
    refuse(400, 'A sprint can only be started when it has a start date and an end date.');
  }
  const goal = goalIn(body) ?? (isWhole ? '' : sprint.goal);
  Object.assign(sprint, { name, goal, state: to });
  for (const [member, value] of [
    ['startDate', startDate],
    ['endDate', endDate],
  ] as const) {
    if (value === undefined) delete sprint[member];
    else sprint[member] = value;
  }
  if (to === 'closed') sprint.completeDate = now;
  return sprint;
}

export const updatePartly: Handler = (call) => ({ body: viewSprint(call, change(call, false)) });
export const update: Handler = (call) => ({ body: viewSprint(call, change(call, true)) });

export const remove: Handler = (call) => {
  const sprint = findSprint(call);
  const { state } = call;
  needSprintPermission(
    call,
    state.boards.find(({ id }) => id === sprint.board),
  );
  planAll(
    call,
    state.issues.filter(({ sprints }) => sprint.state !== 'closed' && sprints.includes(sprint.id)),
    null,
  );
  for (const issue of state.issues) issue.sprints = issue.sprints.filter((id) => id !== sprint.id);
  state.sprints = state.sprints.filter((other) => other !== sprint);
  return { status: 204 };
};

/** Changes the places of two sprints in the list of the board. */
export const swap: Handler = (call) => {
  const sprint = findSprint(call);
  const other = findSprint(
    call,
    idOf(memberOf(call.body, 'sprintToSwapWith')) ??
      refuse(400, 'The sprint to swap with must be specified.'),
  );
  const { state } = call;
  needSprintPermission(
    call,
    state.boards.find(({ id }) => id === sprint.board),
  );
  const places = [state.sprints.indexOf(sprint), state.sprints.indexOf(other)] as const;
  state.sprints[places[0]] = other;
  state.sprints[places[1]] = sprint;
  return { status: 204 };
};
