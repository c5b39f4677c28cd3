import type { EventType, FactoryEvent } from './events';
import { exposureLine } from './exposureLine';
import { agentLane, commandsLane, holdoutsLane, twinLane } from './lanes';
import type { Bar, MarkerKind, RunState } from './runState';
import { tallyOf } from './shownVerdicts';

/** What events of each type do to a run. */
export type Handlers = { [T in EventType]?: (run: RunState, event: FactoryEvent<T>) => void };

/** What events do to the bars and markers of the timeline. */
export const barHandlers: Handlers = {
  'run.resumed': (run, event) => {
    // What was in flight when the process died ended with its last sign of life.
    for (const bar of run.bars)
      if (bar.end === null && !isContainer(bar)) bar.end = Math.max(bar.start, run.lastAt);
    mark(run, event, 'resumed', 'resumed');
  },
  'run.finished': (run, event) => {
    for (const bar of run.bars) bar.end ??= event.at;
    mark(run, event, 'finished', event.data.outcome);
  },

  'stage.started': (run, event) => {
    const { stage, round } = event.data;
    begin(run, event, {
      kind: 'stage',
      name: stage,
      label: round ? `${stage}, round ${String(round)}` : stage,
    });
  },
  'stage.finished': (run, event) => finish(run, event, true),
  'task.started': (run, event) => {
    const { task, title } = event.data;
    begin(run, event, { kind: 'task', name: task, label: `${task} ${title}`, task });
  },
  'task.finished': (run, event) => {
    const { task, ok, commit } = event.data;
    finish(run, event, ok);
    if (ok && commit) mark(run, event, 'merged', `${task} merged`);
  },

  'agent.started': (run, event) => {
    const { agent, role, task = null } = event.data;
    begin(run, event, { kind: 'agent', name: role, label: agent, agent, task, lane: agentLane(agent) });
  },
  'agent.finished': (run, event) => finish(run, event, event.data.ok),
  'chat.started': (run, event) => {
    const { agent, turn, model } = event.data;
    begin(run, event, {
      kind: 'chat',
      name: model,
      label: `turn ${String(turn)}`,
      turn,
      ...byAgent(run, agent),
    });
  },
  'chat.attempt': (run, event) => {
    const { agent, status, note } = event.data;
    if (status === 200) return;
    mark(run, event, 'refused', status === null ? note : `${String(status)} ${note}`, agentLane(agent));
  },
  'chat.finished': (run, event) => {
    const bar = finish(run, event, true);
    if (!bar) return;
    bar.usd = event.data.usd;
    bar.thoughtMs = event.data.thoughtMs ?? 0;
  },
  'tool.started': (run, event) => {
    const { agent, turn, name, summary } = event.data;
    begin(run, event, { kind: 'tool', name, label: `${name} ${summary}`, turn, ...byAgent(run, agent) });
  },
  'tool.finished': (run, event) => {
    finish(run, event, event.data.ok && (event.data.exit ?? 0) === 0);
  },
  'round.checkpoint': (run, event) => {
    const { agent, turn } = event.data;
    mark(run, event, 'checkpoint', `checkpoint after turn ${String(turn)}`, agentLane(agent));
  },
  'round.restarted': (run, event) => {
    const { agent, turn } = event.data;
    dropRound(run, agent, turn);
    mark(run, event, 'restarted', `turn ${String(turn)} again`, agentLane(agent));
  },

  'command.started': (run, event) => {
    const { name, command } = event.data;
    begin(run, event, { kind: 'command', name, label: `${name}: ${command}`, lane: commandsLane });
  },
  'command.finished': (run, event) => {
    const { name, exit, timedOut } = event.data;
    finish(run, event, exit === 0);
    if (exit !== 0) mark(run, event, 'failed', timedOut ? `${name} took too long` : `${name} failed`);
  },
  'governed.restored': (run, event) => {
    const { agent, paths } = event.data;
    mark(run, event, 'governed', `restored ${paths.join(', ')}`, agentLane(agent));
  },
  'network.refused': (run, event) => {
    run.refused.push(event.data);
    mark(run, event, 'refused', `no way to ${event.data.target}`, laneOf(run, event.data.where));
  },
  'limit.reached': (run, event) => {
    const { where, reason } = event.data;
    mark(run, event, 'failed', `commands ended: ${reason}`, laneOf(run, where));
  },
  'twin.call': (run, event) => {
    const { twin, method, answered } = event.data;
    if (!run.twins.includes(twin)) run.twins.push(twin);
    const ok = answered === 'ok';
    const task = event.data.task;
    instant(run, event, ok, {
      kind: 'twin',
      name: method,
      label: `${method} → ${answered}`,
      task,
      lane: twinLane(twin),
    });
    if (event.data.unmodelled) {
      mark(run, event, 'refused', `the ${twin} twin does not model ${method}`, twinLane(twin));
    }
  },

  'validate.started': (run, event) => {
    const { round, half, scenarios } = event.data;
    const label = `${half} half, round ${String(round)}, ${String(scenarios)} scenarios`;
    begin(run, event, { kind: 'validate', name: half, label, lane: holdoutsLane });
  },
  'validate.verdict': (run, event) => {
    const { scenario } = event.data;
    const label = `${scenario} judged`;
    instant(run, event, null, { kind: 'verdict', name: scenario, label, lane: holdoutsLane });
    if (finishHalf(run, event.at)) uncover(run);
  },
  'validate.again': (run, event) => {
    const { scenario, passed, look } = event.data;
    const where = look === 'other' ? 'other surroundings' : 'the usual surroundings';
    // Only what passed is judged again: its name alone would tell a verdict that is not shown.
    const shown = run.verdicts.some((verdict) => verdict.scenario === scenario && verdict.shown);
    const label = shown
      ? `${scenario} ${passed ? 'passed' : 'failed'} again in ${where}`
      : `a scenario was judged again in ${where}`;
    instant(run, event, shown ? passed : null, { kind: 'verdict', name: 'again', label, lane: holdoutsLane });
  },
  'validate.shown': (run, event) => {
    uncover(run);
    const { half, scenarios, bits } = event.data;
    const label = `shown to a person: ${String(scenarios.length)} verdicts of the ${half} half, ${String(bits)} bits`;
    mark(run, { ...event, at: run.lastAt }, 'told', label, holdoutsLane);
  },
  'validate.told': (run, event) => {
    const { told, bits } = event.data;
    mark(run, event, 'told', `told ${bits.toFixed(1)} bits: ${told}`, holdoutsLane);
  },
  'exposure.found': (run, event) => {
    mark(run, event, 'exposed', exposureLine(event.data));
  },
  'gate.waiting': (run, event) => mark(run, event, 'gate', `${event.data.gate} waits for approval`),
  'gate.approved': (run, event) => mark(run, event, 'approved', `${event.data.gate} approved`),
};

type Shape = Pick<Bar, 'kind' | 'name' | 'label'> & Partial<Bar>;

const isContainer = ({ kind }: Bar): boolean => kind === 'stage' || kind === 'task' || kind === 'agent';

/** Where something of an agent's pod, or of the pod of the spec's commands, is shown. */
function laneOf(run: RunState, where: string): string {
  return run.agentOf.has(where) ? agentLane(where) : commandsLane;
}

function byAgent(run: RunState, agent: string): Pick<Bar, 'agent' | 'task' | 'lane'> {
  const task = run.agents[run.agentOf.get(agent) ?? -1]?.task ?? null;
  return { agent, task, lane: agentLane(agent) };
}

function newBar({ seq, at, span, parent }: FactoryEvent, shape: Shape): Bar {
  return {
    span,
    parent,
    seq,
    start: at,
    end: null,
    ok: null,
    lane: '',
    agent: null,
    task: null,
    turn: null,
    usd: 0,
    thoughtMs: 0,
    ...shape,
  };
}

/** Begins a bar, or begins it again: after a resume, a container goes on and anything else starts anew. */
function begin(run: RunState, event: FactoryEvent, shape: Shape): void {
  const index = run.barOf.get(event.span);
  const known = index === undefined ? undefined : run.bars[index];
  if (!known) {
    add(run, newBar(event, shape));
  } else if (isContainer(known)) {
    known.end = null;
    known.ok = null;
  } else {
    run.bars = run.bars.filter((bar) => bar !== known);
    reindex(run);
    add(run, newBar(event, shape));
  }
}

function instant(run: RunState, event: FactoryEvent, ok: boolean | null, shape: Shape): void {
  add(run, newBar(event, { ...shape, ok, end: event.at }));
}

function add(run: RunState, bar: Bar): void {
  // Instants may carry the span of what they happened in; that keeps its place.
  if (!run.barOf.has(bar.span)) run.barOf.set(bar.span, run.bars.length);
  run.bars.push(bar);
}

function finish(run: RunState, event: FactoryEvent, ok: boolean): Bar | undefined {
  const bar = run.bars[run.barOf.get(event.span) ?? -1];
  if (!bar) return undefined;
  bar.end = event.at;
  bar.ok = ok;
  return bar;
}

/** Validation has no event of its own for its end: it lasts until its last verdict, and says nothing before. */
function finishHalf(run: RunState, at: number): boolean {
  const bar = run.bars.findLast(({ kind }) => kind === 'validate');
  const asked = run.halves.at(-1);
  if (!bar || !asked) return false;
  const { passed, scenarios } = tallyOf(run, asked);
  if (passed === null) return false;
  bar.end = at;
  bar.ok = passed === scenarios;
  return true;
}

/** Lets the bars of verdicts say those that are shown. */
function uncover(run: RunState): void {
  for (const { scenario, passed, shown } of run.verdicts) {
    if (!shown) continue;
    const bar = run.bars.findLast(({ kind, name }) => kind === 'verdict' && name === scenario);
    if (!bar) continue;
    bar.ok = passed;
    bar.label = `${scenario} ${passed ? 'passed' : 'failed'}`;
  }
}

/** Forgets the calls of a round that starts again. Its answer stays when it had arrived: it is not asked twice. */
function dropRound(run: RunState, agent: string, turn: number): void {
  run.bars = run.bars.filter(
    (bar) =>
      bar.agent !== agent || bar.turn === null || bar.turn < turn || (bar.kind === 'chat' && bar.ok !== null),
  );
  reindex(run);
}

function reindex(run: RunState): void {
  run.barOf.clear();
  for (const [index, bar] of run.bars.entries()) if (!run.barOf.has(bar.span)) run.barOf.set(bar.span, index);
}

function mark(
  run: RunState,
  { at, seq, span }: FactoryEvent,
  kind: MarkerKind,
  label: string,
  lane: string | null = null,
): void {
  run.markers.push({ at, seq, kind, label, span, lane });
}
