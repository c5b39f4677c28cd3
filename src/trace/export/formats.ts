import { createHash } from 'node:crypto';
import type { AnyEvent } from '../../shared/events';
import { visible } from '../../shared/visible';
import { type ExportSpan, spansOf } from './spans';

/** Formats a run can be exported to. */
export const formats = ['otlp', 'perfetto', 'html', 'json'] as const;
export type Format = (typeof formats)[number];

/** The events of a run as one document. */
export function exportRun(events: readonly AnyEvent[], format: Format): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(events, null, 2)}\n`;
    case 'otlp':
      return `${JSON.stringify(otlp(events))}\n`;
    case 'perfetto':
      return `${JSON.stringify(perfetto(events))}\n`;
    case 'html':
      return html(events);
  }
}

/** OTLP/JSON, as collectors and trace viewers take it. */
function otlp(events: readonly AnyEvent[]): object {
  const first = events[0];
  const run = first?.type === 'run.created' ? first.data.run : '';
  const traceId = createHash('sha256').update(run).digest('hex').slice(0, 32);
  return {
    resourceSpans: [
      {
        resource: {
          attributes: [attribute('service.name', 'dark-factory'), attribute('dark_factory.run', run)],
        },
        scopeSpans: [
          { scope: { name: 'dark-factory' }, spans: spansOf(events).map((span) => otlpSpan(traceId, span)) },
        ],
      },
    ],
  };
}

function otlpSpan(traceId: string, { span, parent, name, start, end, ok, attributes }: ExportSpan): object {
  return {
    traceId,
    spanId: span,
    ...(parent ? { parentSpanId: parent } : {}),
    name,
    kind: name.startsWith('chat ') ? 3 : 1,
    startTimeUnixNano: `${start}000000`,
    endTimeUnixNano: `${end}000000`,
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    status: { code: ok ? 1 : 2 },
  };
}

function attribute(key: string, value: string | number | boolean): object {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}

/** Chrome's Trace Event format, which Perfetto opens; one track an agent. */
function perfetto(events: readonly AnyEvent[]): object {
  const spans = spansOf(events);
  const parents = new Map(spans.map((span) => [span.span, span]));
  const tracks = new Map<string, number>();
  const trackOf = (span: ExportSpan): number => {
    let owner: ExportSpan | undefined = span;
    while (owner && !owner.name.startsWith('invoke_agent')) owner = parents.get(owner.parent ?? '');
    const name = owner?.name ?? 'run';
    if (!tracks.has(name)) tracks.set(name, tracks.size + 1);
    return tracks.get(name)!;
  };
  const traceEvents: object[] = spans.map((span) => ({
    ph: 'X',
    name: span.name,
    cat: String(span.attributes['gen_ai.operation.name'] ?? 'span'),
    pid: 1,
    tid: trackOf(span),
    ts: span.start * 1000,
    dur: (span.end - span.start) * 1000,
    args: span.attributes,
  }));
  for (const [name, tid] of tracks) {
    traceEvents.push({ ph: 'M', name: 'thread_name', pid: 1, tid, args: { name } });
  }
  return { traceEvents, displayTimeUnit: 'ms' };
}

function escape(text: string): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return visible(text).replace(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}

/** A page without scripts that can be kept or sent. */
function html(events: readonly AnyEvent[]): string {
  const start = events[0]?.at ?? 0;
  const rows = events.map(({ seq, at, type, data }) => {
    const seconds = ((at - start) / 1000).toFixed(2);
    return `<tr><td>${seq}</td><td>${seconds}</td><td>${escape(type)}</td><td>${escape(JSON.stringify(data)).slice(0, 2000)}</td></tr>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dark Factory run</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:13px system-ui;margin:1.5rem}td,th{padding:.2rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid #8884}td:last-child{font-family:monospace;overflow-wrap:anywhere}</style>
</head><body><main><h1>Dark Factory run</h1>
<table><thead><tr><th>Event</th><th>Second</th><th>Type</th><th>Data</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></main></body></html>
`;
}
