import type {
  BetaContentBlock,
  BetaMessage,
  BetaRawContentBlockDelta,
  BetaRawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/beta';

/** The events a streaming endpoint would have sent for a message that is already whole. */
export function messageEvents(message: BetaMessage): BetaRawMessageStreamEvent[] {
  const { content, stop_reason, stop_sequence, stop_details, container, context_management, usage } = message;
  return [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, stop_sequence: null, stop_details: null },
    },
    ...content.flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence, stop_details, container },
      context_management,
      usage,
    },
    { type: 'message_stop' },
  ];
}

/** Server-sent events as text, one string an event. */
export function encodeEvent(event: BetaRawMessageStreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** A successful HTTP answer that holds a whole message, in the form the request asked for. */
export function messageResponse(message: BetaMessage, streams: boolean): Response {
  if (!streams) return Response.json(message);
  return new Response(messageEvents(message).map(encodeEvent).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });
}

function blockEvents(block: BetaContentBlock, index: number): BetaRawMessageStreamEvent[] {
  const { start, deltas } = splitBlock(block);
  return [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta' as const, index, delta })),
    { type: 'content_block_stop', index },
  ];
}

/** What grows is sent as deltas, as the service does; every other block is whole from its start. */
function splitBlock(block: BetaContentBlock): {
  start: BetaContentBlock;
  deltas: BetaRawContentBlockDelta[];
} {
  switch (block.type) {
    case 'text':
      return { start: { ...block, text: '' }, deltas: [{ type: 'text_delta', text: block.text }] };
    case 'thinking':
      return {
        start: { ...block, thinking: '', signature: '' },
        deltas: [
          { type: 'thinking_delta', thinking: block.thinking, estimated_tokens: null },
          { type: 'signature_delta', signature: block.signature },
        ],
      };
    case 'tool_use':
      return {
        start: { ...block, input: {} },
        deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }],
      };
    default:
      return { start: block, deltas: [] };
  }
}
