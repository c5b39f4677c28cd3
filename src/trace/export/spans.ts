import type { AnyEvent } from '../../shared/events';

/** An event with a length. Times are milliseconds since the epoch. */
export interface ExportSpan {
  span: string;
  parent: string | null;
  name: string;
  start: number;
  end: number;
  ok: boolean;
  /** OpenTelemetry GenAI attributes. */
  attributes: Record<string, string | number | boolean>;
}

/** The conventions' operation names for our kinds of span; everything else keeps our own name. */
const operations: Readonly<Record<string, string>> = {
  run: 'invoke_workflow',
  agent: 'invoke_agent',
  chat: 'chat',
  tool: 'execute_tool',
};

/** Pairs `x.started` with `x.finished` by span. What never finished ends with the journal. */
export function spansOf(events: readonly AnyEvent[]): ExportSpan[] {
  const spans = new Map<string, ExportSpan>();
  const last = events.at(-1)?.at ?? 0;
  for (const event of events) {
    const [kind = '', moment] = event.type.split('.');
    const known = spans.get(event.span);
    if (moment === 'started' || event.type === 'run.created') {
      if (known) continue;
      spans.set(event.span, {
        span: event.span,
        parent: event.parent,
        name: nameOf(kind, event),
        start: event.at,
        end: last,
        ok: true,
        attributes: attributesOf(kind, event),
      });
    } else if (known && moment === 'finished') {
      known.end = event.at;
      known.ok = isOk(event);
      Object.assign(known.attributes, attributesOf(kind, event));
    }
  }
  return [...spans.values()];
}

function nameOf(kind: string, event: AnyEvent): string {
  const operation = operations[kind] ?? kind;
  switch (event.type) {
    case 'run.created':
      return `${operation} ${event.data.spec.path}`;
    case 'agent.started':
      return `${operation} ${event.data.agent}`;
    case 'chat.started':
      return `${operation} ${event.data.model}`;
    case 'tool.started':
      return `${operation} ${event.data.name}`;
    case 'stage.started':
      return `${operation} ${event.data.stage}`;
    case 'task.started':
      return `${operation} ${event.data.task}`;
    case 'command.started':
      return `${operation} ${event.data.name}`;
    default:
      return operation;
  }
}

function isOk(event: AnyEvent): boolean {
  switch (event.type) {
    case 'run.finished':
      return event.data.outcome === 'accepted';
    case 'agent.finished':
    case 'tool.finished':
    case 'task.finished':
      return event.data.ok;
    case 'command.finished':
      return event.data.exit === 0;
    default:
      return true;
  }
}

function attributesOf(kind: string, event: AnyEvent): ExportSpan['attributes'] {
  const common = { 'gen_ai.operation.name': operations[kind] ?? kind };
  switch (event.type) {
    case 'agent.started':
      return { ...common, 'gen_ai.agent.name': event.data.agent, 'gen_ai.request.model': event.data.model };
    case 'chat.started':
      return {
        ...common,
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': event.data.model,
        'gen_ai.agent.name': event.data.agent,
      };
    case 'chat.finished':
      return {
        'gen_ai.response.model': event.data.model,
        'gen_ai.response.finish_reasons': event.data.stopReason,
        'gen_ai.usage.input_tokens': event.data.usage.input,
        'gen_ai.usage.output_tokens': event.data.usage.output,
        'gen_ai.usage.cache_read.input_tokens': event.data.usage.cacheRead,
        'gen_ai.usage.cache_creation.input_tokens': event.data.usage.cacheWrite,
        'dark_factory.usd': event.data.usd,
      };
    case 'tool.started':
      return {
        ...common,
        'gen_ai.tool.name': event.data.name,
        'gen_ai.tool.call.id': event.data.id,
        'gen_ai.tool.type': 'function',
      };
    case 'run.finished':
      return { 'dark_factory.outcome': event.data.outcome };
    case 'command.finished':
      return { 'dark_factory.exit': event.data.exit ?? -1 };
    default:
      return common;
  }
}
