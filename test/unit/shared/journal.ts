import type { AnyEvent, EventData, EventType, Text, Usage } from '../../../src/shared/events';

/** Writes events as the journal would: one sequence, one clock, spans by name. */
export class Journal {
  readonly events: AnyEvent[] = [];
  /** Milliseconds since the epoch of the next event. */
  now = Date.UTC(2026, 0, 5, 9, 0, 0);

  /** Appends one event; `span` and `parent` are names of the test's choosing. */
  add<T extends EventType>(type: T, span: string, data: EventData[T], parent: string | null = null): this {
    const event = { seq: this.events.length, at: this.now, type, span, parent, data, prev: '', hash: '' };
    // TypeScript cannot follow that `type` and `data` belong together.
    this.events.push(event as unknown as AnyEvent);
    return this;
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }
}

export function text(value: string): Text {
  return { text: value, bytes: value.length };
}

const usage: Usage = { input: 100, output: 200, cacheRead: 900, cacheWrite: 0 };

export const created: EventData['run.created'] = {
  run: '7f3a',
  spec: { path: 'changelog.spec.md', title: 'Changelog' },
  requirements: [
    { id: 'R1', title: 'parses type, scope, subject', modality: 'MUST' },
    { id: 'R2', title: 'groups by section', modality: 'MUST' },
    { id: 'R3', title: 'links issues', modality: 'MAY' },
  ],
  workspace: '/home/me/changelog',
  source: 'anthropic',
  limits: { usd: 10, tokens: 4_000_000, minutes: 60, debugRounds: 6, bits: 10 },
  models: { planner: 'opus', implementer: 'sonnet', tester: 'sonnet', debugger: 'opus', judge: 'haiku' },
  holdouts: 11,
  pid: 42,
  host: 'here',
};

/** One model turn of an agent: the question, the answer after `ms`. */
export function turn(journal: Journal, agent: string, number: number, ms: number, message = '{}'): Journal {
  const span = `${agent}/${String(number)}`;
  const key = `${span}:chat`;
  return journal
    .add('chat.started', span, { agent, turn: number, model: 'sonnet' }, agent)
    .wait(ms)
    .add(
      'chat.finished',
      span,
      {
        key,
        agent,
        turn: number,
        model: 'sonnet',
        message: text(message),
        stopReason: 'tool_use',
        usage,
        usd: 0.02,
        thoughtMs: Math.floor(ms / 3),
      },
      agent,
    );
}

/** One tool call; `exit` other than 0 is a failed command. */
export function tool(
  journal: Journal,
  agent: string,
  number: number,
  name: string,
  ms: number,
  options: { id?: string; exit?: number | null; summary?: string; input?: string; output?: string } = {},
): Journal {
  const { exit = null, summary = 'src/parse.js', input = '{}', output = '' } = options;
  const span = `${agent}/${String(number)}/${name}/${String(journal.events.length)}`;
  const { id = span } = options;
  const parent = `${agent}/${String(number)}`;
  const call = { agent, turn: number, id, name, summary };
  return journal
    .add('tool.started', span, call, parent)
    .wait(ms)
    .add(
      'tool.finished',
      span,
      { key: span, ...call, ok: true, exit, output: text(output), input: text(input) },
      parent,
    );
}
