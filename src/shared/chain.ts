import { agentLabel } from './lanes';
import type { Bar, BarKind, RequirementState, RunState } from './runState';

/** One link of "why and what then". */
export interface ChainLink {
  span: string;
  label: string;
  kind: BarKind | 'requirement';
  ok: boolean | null;
  /** The span the chain is about. */
  current: boolean;
}

/**
 * What led to a span and what followed from it, in order of time: the failure an agent was called for,
 * the steps before and after in the same lane, the next check, and the requirements that became done.
 */
export function chainOf(run: RunState, span: string): ChainLink[] {
  const bar = run.bars[run.barOf.get(span) ?? -1];
  if (!bar) return requirementChain(run, span);
  const { before, after } = neighbours(run, bar);
  const links = [causeOf(run, bar), before, bar, after, nextCheck(run, bar)];
  const seen = new Set<Bar>();
  for (const link of links) if (link) seen.add(link);
  return [
    ...[...seen].sort((a, b) => a.seq - b.seq).map((one) => linkOf(run, one, one === bar)),
    ...doneAfter(run, bar).map(requirementLink),
  ];
}

/** Steps have the length of a decision; containers do not lead to one another. */
const isStep = ({ kind }: Bar): boolean => kind !== 'stage' && kind !== 'task' && kind !== 'agent';

function neighbours(run: RunState, bar: Bar): { before: Bar | undefined; after: Bar | undefined } {
  // A turn follows a turn; the calls between are named by the turn itself.
  const same = (other: Bar) =>
    other.lane === bar.lane && isStep(other) && (bar.kind !== 'chat' || other.kind === 'chat');
  const at = run.bars.indexOf(bar);
  return {
    before: run.bars.slice(0, at).findLast(same),
    after: run.bars.slice(at + 1).find(same),
  };
}

/** Why the agent was there at all: the last failure before a debugger, else what contains the bar. */
function causeOf(run: RunState, bar: Bar): Bar | undefined {
  const agent = run.agents.find((one) => one.agent === bar.agent);
  if (agent?.role === 'debugger') {
    const failure = run.bars.findLast(
      (other) =>
        (other.kind === 'command' || other.kind === 'validate') &&
        other.ok === false &&
        other.start <= agent.startedAt,
    );
    if (failure) return failure;
  }
  return run.bars[run.barOf.get(bar.parent ?? '') ?? -1];
}

function nextCheck(run: RunState, bar: Bar): Bar | undefined {
  const from = bar.end;
  if (from === null || bar.kind === 'twin') return undefined;
  return run.bars.find(
    (other) =>
      (other.kind === 'command' || other.kind === 'validate') && other.start >= from && other !== bar,
  );
}

function doneAfter(run: RunState, bar: Bar): RequirementState[] {
  const task = run.tasks.find(({ id }) => id === bar.task);
  return run.requirements.filter(
    ({ id, done, span }) => done === 'pass' && span !== null && task?.requirements.includes(id),
  );
}

function requirementChain(run: RunState, span: string): ChainLink[] {
  const requirement = run.requirements.find((one) => one.span === span);
  if (!requirement) return [];
  const tasks = run.tasks.filter(({ requirements }) => requirements.includes(requirement.id));
  const bars = tasks.flatMap((task) => run.bars[run.barOf.get(task.span ?? '') ?? -1] ?? []);
  return [...bars.map((bar) => linkOf(run, bar, false)), { ...requirementLink(requirement), current: true }];
}

function linkOf(run: RunState, bar: Bar, current: boolean): ChainLink {
  return { span: bar.span, label: labelOf(run, bar), kind: bar.kind, ok: bar.ok, current };
}

function labelOf(run: RunState, bar: Bar): string {
  switch (bar.kind) {
    case 'chat': {
      const calls = run.bars.filter(
        (one) => one.kind === 'tool' && one.agent === bar.agent && one.turn === bar.turn,
      );
      return [bar.label, calls.map(({ label }) => label).join(', ')].filter(Boolean).join(': ');
    }
    case 'command':
      return `${bar.name} ${bar.ok === null ? 'runs' : bar.ok ? 'passed' : 'failed'}`;
    case 'validate':
      return `validation, ${bar.label}`;
    case 'twin':
      return `${bar.lane.slice('twin:'.length)} twin: ${bar.label}`;
    case 'agent':
      return agentLabel(bar.label);
    case 'stage':
    case 'task':
    case 'tool':
    case 'verdict':
      return bar.label;
  }
}

function requirementLink({ id, span, files, checks }: RequirementState): ChainLink {
  const count = (n: number, what: string) => `${String(n)} ${what}${n === 1 ? '' : 's'}`;
  return {
    span: span ?? '',
    label: `${id} done: ${count(files.length, 'file')}, ${count(checks.length, 'check')}`,
    kind: 'requirement',
    ok: true,
    current: false,
  };
}
