import { createHmac } from 'node:crypto';
import type { DeliveryRules } from '../contract';
import type { Delivery } from '../deliveries';
import { answerInteraction } from './answers';
import { patience, retries } from './notify';
import { challengeAnswered } from './requestUrl';
import type { SlackState, SlackTwin } from './state';

function acknowledged(text: string): { id: unknown; payload: unknown } {
  try {
    const { envelope_id: id, payload } = JSON.parse(text) as Record<string, unknown>;
    return { id, payload };
  } catch {
    // Slack says nothing to what it cannot read; the envelope comes again.
    return { id: undefined, payload: undefined };
  }
}

/** Hears what a program connected by Socket Mode says: an acknowledgement, perhaps with an answer. */
export function hearEnvelope(twin: SlackTwin, text: string): void {
  const { id, payload } = acknowledged(text);
  const { envelopes } = twin.state;
  const index = envelopes.findIndex((candidate) => candidate.envelope_id === id);
  const [envelope] = index < 0 ? [] : envelopes.splice(index, 1);
  if (envelope?.accepts_response_payload) answerInteraction(twin, envelope.context, payload);
}

function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

const reasons = { timeout: 'http_timeout', http_error: 'http_error', connection_failed: 'connection_failed' };

function headersOf(twin: SlackTwin, { body, attempt, failure }: Delivery): Record<string, string> {
  const timestamp = String(Math.floor(twin.now() / 1000));
  return {
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signatureOf(twin.credentials['signing_secret'] ?? '', timestamp, body),
    ...(attempt > 0 ? { 'x-slack-retry-num': String(attempt) } : {}),
    ...(failure ? { 'x-slack-retry-reason': reasons[failure] } : {}),
  };
}

export const deliveries: DeliveryRules<SlackState> = {
  timeoutMs: patience,
  retryAfterMs: retries,
  headers: headersOf,
  retries: ({ context }) => context['type'] === 'events_api',
  stops: (headers) => headers.get('x-slack-no-retry') === '1',
  answered(twin, { context, url }, { status, text }) {
    if (context['challenge'] !== undefined)
      challengeAnswered(twin, context['challenge'], url, { status, text });
    else if (context['type'] !== 'events_api' && status === 200) answerInteraction(twin, context, text);
  },
};
