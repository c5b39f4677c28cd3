import type { AnyEvent, EventType, FactoryEvent, Text } from './events';
import { chainOf, type ChainLink } from './chain';
import { callBlocks, messageBlocks, textBlock, type DetailBlock } from './detailBlocks';
import { agentLabel } from './lanes';
import { formatDuration, formatUsd } from './format';
import type { Bar, RunState } from './runState';
import { exposureLine } from './exposureLine';
import { shownEvent } from './shownVerdicts';

/** Everything the inspector shows about one span. All texts are as written: the page makes them harmless. */
export interface SpanDetail {
  span: string;
  /** For example `Turn 7 · debugger · T4`. */
  title: string;
  chips: string[];
  blocks: DetailBlock[];
  /** Why and what then, in order of time. */
  chain: ChainLink[];
}

/** Gives the whole of a text, from its blob where it has one. */
export type ReadText = (text: Text) => Promise<string>;

/**
 * What is known about a span, or null when no event has it.
 * `events` are the run's whole events, `run` their reduction.
 */
export async function describeSpan(
  run: RunState,
  events: readonly AnyEvent[],
  span: string,
  read: ReadText,
): Promise<SpanDetail | null> {
  const own = events.filter((event) => event.span === span);
  if (own.length === 0) return null;
  const bar = run.bars[run.barOf.get(span) ?? -1];
  const chain = chainOf(run, span);
  const shown = own.map((event) => shownEvent(run, event));
  if (!bar) return { span, title: titleOfEvent(own), chips: [], blocks: ownBlocks(shown), chain };
  return {
    span,
    title: titleOf(run, bar),
    chips: chipsOf(run, bar, own),
    blocks: [...(await barBlocks(events, own, bar, read)), ...ownBlocks(shown)],
    chain,
  };
}

function titleOf(run: RunState, bar: Bar): string {
  const where = [bar.agent ? agentLabel(bar.agent) : null];
  switch (bar.kind) {
    case 'chat':
      return join(`Turn ${String(bar.turn)}`, ...where);
    case 'tool':
      return join(bar.name, `turn ${String(bar.turn)}`, ...where);
    case 'command':
      return join('Command', bar.name);
    case 'twin':
      return join(`${bar.lane.slice('twin:'.length)} twin`, bar.name);
    case 'verdict':
      return join('Hidden scenario', bar.name === 'again' ? 'judged again' : bar.name);
    case 'validate':
      return join('Validation', bar.label);
    case 'stage':
      return join('Stage', bar.label);
    case 'task':
      return join('Task', bar.label);
    case 'agent':
      return join('Agent', agentLabel(bar.label), run.tasks.find(({ id }) => id === bar.task)?.title);
  }
}

function titleOfEvent([first]: AnyEvent[]): string {
  if (first?.type === 'requirement.done') return join('Requirement', first.data.requirement);
  if (first?.type === 'run.created') return join('Run', first.data.run);
  return first?.type ?? '';
}

function chipsOf(run: RunState, bar: Bar, own: AnyEvent[]): string[] {
  const chat = find(own, 'chat.finished')?.data;
  const chips = [bar.kind === 'chat' ? bar.name : null, stateOf(bar)];
  if (bar.end !== null && bar.end > bar.start) chips.push(formatDuration(bar.end - bar.start));
  if (chat) {
    const prompt = chat.usage.input + chat.usage.cacheRead + chat.usage.cacheWrite;
    chips.push(formatUsd(chat.usd));
    if (prompt > 0) chips.push(`cache ${String(Math.round((100 * chat.usage.cacheRead) / prompt))} %`);
    chips.push(`${String(chat.usage.output)} tokens out`);
  }
  const agent = bar.kind === 'agent' ? run.agents.find((one) => one.agent === bar.agent) : undefined;
  if (agent) chips.push(agent.model, formatUsd(agent.usd), `${String(agent.turns)} turns`);
  const task = run.tasks.find(({ id }) => id === bar.task);
  if (task && task.requirements.length > 0) chips.push(task.requirements.join(' '));
  return chips.filter((chip) => chip !== null);
}

function stateOf({ end, ok, kind }: Bar): string | null {
  if (end === null) return 'running';
  if (ok === null) return kind === 'verdict' ? 'not shown' : 'interrupted';
  if (ok) return kind === 'chat' ? null : 'ok';
  return 'failed';
}

/** What was said and done: an answer with its calls, one call, or the output of a command. */
async function barBlocks(
  events: readonly AnyEvent[],
  own: AnyEvent[],
  bar: Bar,
  read: ReadText,
): Promise<DetailBlock[]> {
  const chat = find(own, 'chat.finished');
  if (chat) return messageBlocks(await read(chat.data.message), await callsOf(events, bar, read));
  const tool = find(own, 'tool.finished');
  if (tool) return callBlocks(await callData(tool, read));
  const command = find(own, 'command.finished');
  if (command) {
    const { data } = command;
    const note = data.timedOut ? 'took too long' : `exit ${String(data.exit ?? 'by signal')}`;
    return [
      { kind: 'heading', name: data.name, text: `${data.command} · ${note}` },
      textBlock('output', await read(data.output)),
    ];
  }
  const agent = find(own, 'agent.finished');
  return agent ? [textBlock('text', await read(agent.data.answer))] : [];
}

/** The finished calls of a turn by their id; the last one of each counts. */
async function callsOf(events: readonly AnyEvent[], bar: Bar, read: ReadText) {
  const calls = new Map<string, Awaited<ReturnType<typeof callData>>>();
  for (const event of events) {
    if (event.type !== 'tool.finished') continue;
    if (event.data.agent !== bar.agent || event.data.turn !== bar.turn) continue;
    calls.set(event.data.id, await callData(event, read));
  }
  return calls;
}

async function callData({ span, data }: FactoryEvent<'tool.finished'>, read: ReadText) {
  const { name, summary, ok, exit } = data;
  return { span, name, summary, ok, exit, input: await read(data.input), output: await read(data.output) };
}

/** What else the span's own events say, as short facts. */
function ownBlocks(own: AnyEvent[]): DetailBlock[] {
  const rows = own.flatMap(factsOf);
  return rows.length > 0 ? [{ kind: 'facts', rows }] : [];
}

function factsOf(event: AnyEvent): [string, string][] {
  switch (event.type) {
    case 'stage.finished':
      return [['Result', event.data.note]];
    case 'task.finished':
      return facts(
        ['Result', event.data.reason],
        ['Commit', event.data.commit],
        ['Files', event.data.files.join('\n')],
      );
    case 'agent.finished':
      return facts(['Result', event.data.reason]);
    case 'chat.attempt':
      return event.data.status === 200
        ? []
        : [
            [
              `Attempt ${String(event.data.attempt)}`,
              join(String(event.data.status ?? 'no answer'), event.data.note),
            ],
          ];
    case 'chat.finished':
      return event.data.stopReason === 'tool_use' ? [] : [['Stopped', event.data.stopReason]];
    case 'twin.call':
      return [
        ['Status', String(event.data.status)],
        ['Answered', event.data.answered],
        ['Task', event.data.task],
        ...(event.data.unmodelled ? [['Twin', 'does not model this'] as [string, string]] : []),
      ];
    case 'validate.started':
      return [['Scenarios', String(event.data.scenarios)]];
    case 'validate.verdict':
      return [
        ['Verdict', verdictWords(event.data)],
        ['Covers', event.data.covers.join(' ')],
        ['Text', 'stays in the vault'],
      ];
    case 'validate.again':
      return [
        ['Again', verdictWords(event.data)],
        [
          'Surroundings',
          event.data.look === 'other' ? 'host name, user, paths and dates are others' : 'usual',
        ],
      ];
    case 'validate.shown':
      return [
        [
          'Shown to a person',
          `${event.data.scenarios.join(' ')} (${String(event.data.bits)} bits, ${event.data.left.toFixed(1)} left)`,
        ],
      ];
    case 'validate.told':
      return [
        [
          'Told',
          `${event.data.told} (${event.data.bits.toFixed(1)} bits, ${event.data.left.toFixed(1)} left)`,
        ],
      ];
    case 'requirement.done':
      return facts(['Files', event.data.files.join('\n')], ['Checks', event.data.checks.join('\n')]);
    case 'rule.proposed':
      return [
        ['Proposed for CLAUDE.md', event.data.rule],
        ['Why', event.data.why],
      ];
    case 'governed.restored':
      return [['Restored', event.data.paths.join('\n')]];
    case 'intake.environment':
      return facts(
        ['Toolchains', event.data.toolchains.join('\n')],
        ['Registries', event.data.registries.join('\n')],
      );
    case 'network.refused':
      return facts(['Refused', event.data.target], ['To', event.data.where], ['Command', event.data.command]);
    case 'limit.reached':
      return facts(['Ended', event.data.reason], ['Whose', event.data.where]);
    case 'exposure.found':
      return [['Exposed', exposureLine(event.data)]];
    case 'run.finished':
      return [
        ['Outcome', event.data.outcome],
        ['Why', event.data.reason],
      ];
    default:
      return [];
  }
}

/** A verdict that is not shown is not there. */
function verdictWords({ passed }: { passed?: boolean | undefined }): string {
  if (passed === undefined) return 'not shown: what a person sees of it is paid for like an answer to agents';
  return passed ? 'passed' : 'failed';
}

const facts = (...rows: [string, string][]): [string, string][] => rows.filter(([, value]) => value !== '');

const join = (...parts: (string | null | undefined)[]): string => parts.filter(Boolean).join(' · ');

function find<T extends EventType>(events: readonly AnyEvent[], type: T): FactoryEvent<T> | undefined {
  return events.findLast((event): event is Extract<AnyEvent, { type: T }> => event.type === type) as
    FactoryEvent<T> | undefined;
}
