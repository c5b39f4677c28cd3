import { randomBytes } from 'node:crypto';
import type { SlackTwin } from './state';

/** Asks a new Request URL whether it is the app's; it is used once it has given the challenge back. */
export function verifyRequestUrl(twin: SlackTwin, url: string): void {
  const challenge = randomBytes(32).toString('base64url');
  const token = twin.credentials['verification_token'];
  twin.deliver({
    name: 'url_verification',
    url,
    body: JSON.stringify({ token, challenge, type: 'url_verification' }),
    headers: { 'content-type': 'application/json' },
    context: { challenge },
  });
}

/** The challenge may come back as text, in a form or in JSON. */
function challengeIn(text: string): string | null {
  try {
    const parsed = JSON.parse(text) as { challenge?: unknown } | null;
    return typeof parsed?.challenge === 'string' ? parsed.challenge : null;
  } catch {
    return new URLSearchParams(text).get('challenge') ?? text.trim();
  }
}

export function challengeAnswered(
  twin: SlackTwin,
  challenge: string,
  url: string,
  { status, text }: { status: number; text: string },
): void {
  if (status === 200 && challengeIn(text) === challenge) twin.state.app.request_url = url;
}
