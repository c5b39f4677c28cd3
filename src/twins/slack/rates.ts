import type { RateLimit } from '../rates';
import type { SlackMethod, Tier } from './methods';
import { slackMethods } from './methods';
import type { Args } from './request';
import type { SlackState } from './state';

const minute = 60_000;

/** Requests a minute that Slack grants at least, by tier. */
const tiers: Readonly<Record<Tier, number>> = { 1: 1, 2: 20, 3: 50, 4: 100, 5: 600 };

/** About one message a second in each channel, in bursts of this many. */
const burst = 20;

const limitedReads: readonly SlackMethod[] = ['conversations.history', 'conversations.replies'];

/** Messages on a page for apps whose reading is limited further. */
export const limitedPage = 15;

export function isLimitedRead(state: SlackState, method: SlackMethod): boolean {
  return state.app.commercial && limitedReads.includes(method);
}

/** The bucket a call is counted in and what it holds: one a method, and for posting one a channel. */
export function rateOf(
  state: SlackState,
  method: SlackMethod,
  args: Args,
): { bucket: string; limit: RateLimit } {
  if (method === 'chat.postMessage') {
    const wanted = typeof args['channel'] === 'string' ? args['channel'].replace(/^#/, '').slice(0, 100) : '';
    // A channel is the same by its name.
    const named = state.channels.find(({ name }) => name !== '' && name === wanted);
    const channel = named?.id ?? wanted;
    return {
      bucket: `${method} ${channel}`,
      limit: { limit: burst, windowMs: burst * 1000, refills: true },
    };
  }
  const { tier } = slackMethods[method];
  const limit = isLimitedRead(state, method) ? tiers[1] : tiers[tier];
  return { bucket: method, limit: { limit, windowMs: minute } };
}
