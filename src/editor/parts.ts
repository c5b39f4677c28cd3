import type { AnyEvent, Text } from '../shared/events';
import type { OpenPart } from '../shared/protocol';

/** The texts of a span that make up one part of it, in order; empty when it has none. */
export function partTexts(events: readonly AnyEvent[], span: string, what: OpenPart): Text[] {
  const own = events.filter((event) => event.span === span);
  const chat = own.findLast((event) => event.type === 'chat.finished');
  if (what === 'message') return chat ? [chat.data.message] : [];
  if (what === 'output') return (chat ? callsOf(events, chat.data) : own).flatMap(outputOf);
  // What a turn changed is in the calls of its message.
  if (chat) return [chat.data.message];
  return own.flatMap((event) => (event.type === 'tool.finished' ? [event.data.input] : []));
}

function callsOf(events: readonly AnyEvent[], { agent, turn }: { agent: string; turn: number }): AnyEvent[] {
  return events.filter(
    ({ type, data }) =>
      type === 'tool.finished' && 'turn' in data && data.agent === agent && data.turn === turn,
  );
}

function outputOf(event: AnyEvent): Text[] {
  return event.type === 'tool.finished' || event.type === 'command.finished' ? [event.data.output] : [];
}
