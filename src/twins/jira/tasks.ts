import type { JobHandlers } from '../contract';
import { me, param, type Call, type Handler } from './call';
import { isRecord } from '../../shared/records';
import { memberOf } from './formats';
import { canGlobally } from './permission';
import { refuse } from './refusal';
import { nextId, type JiraState, type Task } from './state';
import { viewUser } from './views';

// Work that goes on after the answer, and how its progress is asked for.

/** Milliseconds until a task starts and ends. */
const taskTime = 1000;
const taskJob = 'task';

/** What a bulk operation came to. */
export interface BulkResult {
  processed: string[];
  failed: Record<string, string[]>;
  inaccessible: number;
}

/** Notes a task that was carried out at once, and whose result shows a little later. */
export function startTask(call: Call, description: string, result: unknown): string {
  const { state, twin } = call;
  const id = nextId(state, 'task');
  state.tasks.push({
    id,
    description,
    status: 'ENQUEUED',
    submittedBy: me(call),
    submitted: twin.now(),
    progress: 0,
    result,
  });
  twin.later(taskTime, taskJob, { id });
  return id;
}

export const jobs: JobHandlers<JiraState> = {
  [taskJob]: (twin, data) => {
    const id = memberOf(data, 'id');
    const task = twin.state.tasks.find((row) => row.id === id);
    if (!task || task.status !== 'ENQUEUED') return;
    Object.assign(task, { status: 'COMPLETE', progress: 100, started: twin.now(), finished: twin.now() });
  },
};

function findTask(call: Call, status: number): Task {
  const id = param(call, 'taskId');
  const task =
    call.state.tasks.find((row) => row.id === id) ?? refuse(status, `Cannot find the task with id '${id}'.`);
  if (task.submittedBy !== me(call) && !canGlobally(call, 'ADMINISTER'))
    refuse(403, 'You do not have permission to see this task.');
  return task;
}

const get: Handler = (call) => {
  const task = findTask(call, 404);
  const { id, description, status, submitted, started, finished, progress } = task;
  return {
    body: {
      self: `${call.rest}/task/${id}`,
      id,
      description,
      status,
      ...(status === 'COMPLETE' ? { result: task.result } : {}),
      submittedBy: 10000 + call.state.users.findIndex(({ accountId }) => accountId === task.submittedBy),
      progress,
      elapsedRuntime: started === undefined ? 0 : call.twin.now() - started,
      submitted,
      ...(started === undefined ? {} : { started }),
      ...(finished === undefined ? {} : { finished }),
      lastUpdate: finished ?? submitted,
    },
  };
};

const cancel: Handler = (call) => {
  const task = findTask(call, 404);
  if (task.status !== 'ENQUEUED') refuse(400, 'The task cannot be cancelled any more.');
  task.status = 'CANCEL_REQUESTED';
  return { status: 202 };
};

const isBulk = (result: unknown): result is BulkResult =>
  isRecord(result) && Array.isArray(result['processed']);

const queue: Handler = (call) => {
  const task = findTask(call, 400);
  const { id, status, submitted, started, finished, result, progress } = task;
  if (!isBulk(result)) refuse(400, 'The task associated with this taskId is not a bulk operation task');
  const isDone = status === 'COMPLETE';
  return {
    body: {
      taskId: id,
      status,
      progressPercent: progress,
      submittedBy: { accountId: viewUser(call, task.submittedBy)?.accountId ?? task.submittedBy },
      created: submitted,
      ...(started === undefined ? {} : { started }),
      updated: finished ?? submitted,
      invalidOrInaccessibleIssueCount: result.inaccessible,
      processedAccessibleIssues: isDone ? result.processed.map(Number) : [],
      failedAccessibleIssues: isDone ? result.failed : {},
      totalIssueCount: result.processed.length + Object.keys(result.failed).length + result.inaccessible,
    },
  };
};

export const taskHandlers = {
  'GET /rest/api/3/task/{taskId}': get,
  'POST /rest/api/3/task/{taskId}/cancel': cancel,
  'GET /rest/api/3/bulk/queue/{taskId}': queue,
};
