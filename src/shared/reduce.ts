import { stages, type AnyEvent, type EventType, type FactoryEvent } from './events';
import { barHandlers, type Handlers } from './reduceBars';
import type { Mark, RequirementState, RunState, TaskState } from './runState';
import { saysEach, tallyOf } from './shownVerdicts';

/** A run before its first event. */
export function emptyRun(): RunState {
  return {
    header: null,
    outcome: null,
    gate: null,
    stages: stages.map((stage) => ({
      stage,
      state: 'waiting',
      round: 0,
      startedAt: null,
      ms: 0,
      note: '',
      span: null,
    })),
    tasks: [],
    agents: [],
    requirements: [],
    bars: [],
    barOf: new Map(),
    agentOf: new Map(),
    markers: [],
    spend: {
      usd: 0,
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite: 0,
      lost: 0,
      judged: 0,
      bitsTold: 0,
      bitsLeft: null,
    },
    moneyCurve: [],
    bitsCurve: [],
    twins: [],
    findings: [],
    assumptions: [],
    proposals: [],
    refused: [],
    commands: {},
    halves: [],
    verdicts: [],
    flaky: [],
    exposures: [],
    branch: null,
    report: null,
    lastSeq: -1,
    lastAt: 0,
  };
}

/** The state of a run, from all its events in order. */
export function reduce(events: Iterable<AnyEvent>): RunState {
  const run = emptyRun();
  for (const event of events) applyEvent(run, event);
  return run;
}

/**
 * Takes one more event into `run` and returns it: the state is consumed, so that an event costs the
 * same at the hundred-thousandth as at the first. Events already seen are ignored.
 */
export function applyEvent(run: RunState, event: AnyEvent): RunState {
  if (event.seq <= run.lastSeq) return run;
  dispatch(handlers, run, event);
  dispatch(barHandlers, run, event);
  run.lastSeq = event.seq;
  // A person looks at verdicts when the run is over, which makes it no longer.
  if (event.type !== 'validate.shown') run.lastAt = event.at;
  return run;
}

function dispatch<T extends EventType>(table: Handlers, run: RunState, event: FactoryEvent<T>): void {
  // A journal of a newer version may hold types this one does not know.
  if (Object.hasOwn(table, event.type)) table[event.type]?.(run, event);
}

const handlers: Handlers = {
  'run.created': (run, { at, data }) => {
    const { run: id, requirements, ...header } = data;
    run.header = { id, ...header, createdAt: at };
    run.requirements = requirements.map((requirement): RequirementState => ({
      ...requirement,
      done: 'open',
      test: 'open',
      hidden: 'open',
      files: [],
      checks: [],
      span: null,
    }));
  },
  'run.resumed': (run, { data }) => {
    run.outcome = null;
    if (run.header) run.header = { ...run.header, ...data };
    for (const stage of run.stages) if (stage.state === 'stopped') stage.state = 'running';
    for (const task of run.tasks) if (task.state === 'stopped') task.state = 'running';
    for (const agent of run.agents) if (agent.state === 'stopped') agent.state = 'running';
  },
  'run.finished': (run, { at, data }) => {
    const { outcome, code = null, reason, decidedBy } = data;
    run.outcome = { outcome, code, reason, decidedBy, at };
    for (const thing of [...run.stages, ...run.tasks, ...run.agents]) {
      if (thing.state === 'running') thing.state = 'stopped';
    }
  },

  'stage.started': (run, { at, span, data }) => {
    const stage = run.stages.find((one) => one.stage === data.stage);
    if (!stage) return;
    // A stage that was running when the process died goes on; it is not another round.
    if (stage.state !== 'running') {
      stage.round = data.round ?? stage.round + 1;
      stage.startedAt = at;
    }
    stage.state = 'running';
    stage.span = span;
    stage.note = '';
  },
  'stage.finished': (run, { at, data }) => {
    const stage = run.stages.find((one) => one.stage === data.stage);
    if (!stage) return;
    stage.state = 'done';
    stage.ms += at - (stage.startedAt ?? at);
    stage.note = data.note;
  },

  'intake.finding': (run, { data }) => void run.findings.push(data),
  'intake.assumption': (run, { data }) => void run.assumptions.push(data.text),
  'intake.commands': (run, { data }) => void (run.commands = data.commands),

  'rule.proposed': (run, { data }) => {
    // A call that was cut short is made again.
    if (!run.proposals.some(({ rule }) => rule === data.rule)) run.proposals.push(data);
  },

  'plan.made': (run, { data }) => {
    run.tasks = data.plan.tasks.map(({ instructions: _instructions, ...task }): TaskState => {
      const before = run.tasks.find((one) => one.id === task.id);
      return { ...(before ?? newTask(task.id)), ...task };
    });
    for (const text of data.plan.assumptions) {
      if (!run.assumptions.includes(text)) run.assumptions.push(text);
    }
  },
  'task.started': (run, { at, span, data }) => {
    const task = taskOf(run, data.task);
    task.title ||= data.title;
    task.role = data.role;
    task.state = 'running';
    task.startedAt ??= at;
    task.endedAt = null;
    task.span = span;
  },
  'task.finished': (run, { at, data }) => {
    const task = taskOf(run, data.task);
    task.state = data.ok ? 'done' : 'failed';
    task.reason = data.reason;
    task.commit = data.commit;
    task.changed = data.files;
    task.endedAt = at;
  },

  'agent.started': (run, { at, span, data }) => {
    const known = agentOf(run, data.agent);
    if (known) {
      known.state = 'running';
      known.endedAt = null;
      known.span = span;
      return;
    }
    run.agentOf.set(data.agent, run.agents.length);
    run.agents.push({
      agent: data.agent,
      role: data.role,
      task: data.task ?? null,
      model: data.model,
      state: 'running',
      turns: 0,
      usd: 0,
      tokens: 0,
      reason: '',
      startedAt: at,
      endedAt: null,
      span,
    });
  },
  'agent.finished': (run, { at, data }) => {
    const agent = agentOf(run, data.agent);
    if (!agent) return;
    agent.state = data.ok ? 'done' : 'failed';
    agent.turns = data.turns;
    agent.reason = data.reason;
    agent.endedAt = at;
  },
  'chat.attempt': (run, { at, data }) => {
    if (!data.lost) return;
    run.spend.lost += data.lost.tokens;
    spendUsd(run, at, data.agent, data.lost.usd, data.lost.tokens);
  },
  'chat.finished': (run, { at, data }) => {
    const { input, output, cacheRead, cacheWrite } = data.usage;
    const { spend } = run;
    spend.input += input;
    spend.output += output;
    spend.cacheRead += cacheRead;
    spend.cacheWrite += cacheWrite;
    spendUsd(run, at, data.agent, data.usd, input + output + cacheRead + cacheWrite);
    const agent = agentOf(run, data.agent);
    if (agent) agent.turns = Math.max(agent.turns, data.turn);
  },

  'validate.started': (run, { data: { half, round, scenarios } }) => {
    run.halves = [...run.halves.filter((one) => one.half !== half), { half, round, scenarios }];
  },
  'validate.verdict': (run, { data }) => {
    const { scenario, covers, passed, round } = data;
    const asked = run.halves.at(-1);
    const before = run.verdicts.findIndex((verdict) => verdict.scenario === scenario);
    run.verdicts[before < 0 ? run.verdicts.length : before] = {
      scenario,
      covers,
      passed,
      round,
      half: asked?.half ?? null,
      shown: false,
    };
    if (asked && saysEach(tallyOf(run, asked))) {
      for (const verdict of run.verdicts) {
        if (verdict.half === asked.half && verdict.round === asked.round) verdict.shown = true;
      }
    }
    markHidden(run);
  },
  'validate.again': (run, { data }) => {
    if (!data.passed && !run.flaky.includes(data.scenario)) run.flaky.push(data.scenario);
  },
  'validate.paid': (run, { at, data }) => {
    run.spend.judged += data.tokens;
    spendUsd(run, at, 'judge', data.usd, data.tokens);
  },
  'validate.told': (run, { at, data }) => {
    run.spend.bitsTold += data.bits;
    run.spend.bitsLeft = data.left;
    run.bitsCurve.push({ at, value: run.spend.bitsTold });
  },
  'validate.shown': (run, { data }) => {
    for (const verdict of run.verdicts) {
      if (data.scenarios.includes(verdict.scenario)) verdict.shown = true;
    }
    run.spend.bitsTold += data.bits;
    if (data.half === 'feedback') run.spend.bitsLeft = data.left;
    run.bitsCurve.push({ at: run.lastAt, value: run.spend.bitsTold });
    markHidden(run);
  },
  'exposure.found': (run, { data }) => void run.exposures.push(data),
  'requirement.done': (run, { span, data }) => {
    const requirement = run.requirements.find((one) => one.id === data.requirement);
    if (!requirement) return;
    requirement.done = 'pass';
    requirement.test = data.checks.length > 0 ? 'pass' : 'open';
    requirement.files = data.files;
    requirement.checks = data.checks;
    requirement.span = span;
  },

  'gate.waiting': (run, { at, data }) => void (run.gate = { ...data, since: at }),
  'gate.approved': (run) => void (run.gate = null),

  'deliver.branch': (run, { data }) => {
    const { branch, commit, tree, patch = null, active = [] } = data;
    run.branch = { name: branch, commit, tree, patch, active };
  },
  'deliver.report': (run, { data }) => void (run.report = { file: data.file, digest: data.digest }),
};

function agentOf(run: RunState, name: string) {
  const index = run.agentOf.get(name);
  return index === undefined ? undefined : run.agents[index];
}

function spendUsd(run: RunState, at: number, name: string, usd: number, tokens: number): void {
  run.spend.usd += usd;
  run.moneyCurve.push({ at, value: run.spend.usd });
  const agent = agentOf(run, name);
  if (!agent) return;
  agent.usd += usd;
  agent.tokens += tokens;
}

/** The task of that id; one the plan does not know (a debugger's) is added after the plan's. */
function taskOf(run: RunState, id: string): TaskState {
  const known = run.tasks.find((task) => task.id === id);
  if (known) return known;
  const task = newTask(id);
  run.tasks.push(task);
  return task;
}

function newTask(id: string): TaskState {
  return {
    id,
    title: '',
    role: 'implementer',
    requirements: [],
    dependsOn: [],
    files: [],
    category: '',
    novel: false,
    state: 'waiting',
    reason: '',
    commit: '',
    changed: [],
    startedAt: null,
    endedAt: null,
    span: null,
  };
}

function markHidden(run: RunState): void {
  for (const requirement of run.requirements) requirement.hidden = hiddenMark(run, requirement.id);
}

function hiddenMark({ verdicts }: RunState, requirement: string): Mark {
  const covering = verdicts.filter(({ covers }) => covers.includes(requirement));
  if (covering.some(({ shown, passed }) => shown && !passed)) return 'fail';
  return covering.length > 0 && covering.every(({ shown }) => shown) ? 'pass' : 'open';
}
