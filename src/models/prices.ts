import type { BetaUsage } from '@anthropic-ai/sdk/resources/beta';
import type { Usage } from '../shared/events';

/** USD per million tokens. */
interface Price {
  input: number;
  output: number;
}

/**
 * List prices by model family. They keep a run within its limits and are shown to people as estimates; what
 * is billed may differ (discounts, other providers, price changes). Cache rates are those of the five-minute cache.
 */
const families: Readonly<Record<string, Price>> = {
  opus: { input: 5, output: 25 },
  sonnet: { input: 3, output: 15 },
  haiku: { input: 1, output: 5 },
};
const cacheWriteRate = 1.25;
const cacheReadRate = 0.1;

/** Tokens the service may add to a request on its own, such as its instructions for tools. */
const addedByService = 1024;

/** Money in USD and tokens of every kind, as limits count them. */
export interface Spending {
  usd: number;
  tokens: number;
}

export const nothing: Readonly<Spending> = { usd: 0, tokens: 0 };

/** Estimated cost in USD. A model of no known family costs as much as the dearest one. */
export function costOf(model: string, usage: Usage): number {
  const { input, output } = priceOf(model);
  const weighted = usage.input + usage.cacheWrite * cacheWriteRate + usage.cacheRead * cacheReadRate;
  return (weighted * input + usage.output * output) / 1e6;
}

/** What an answer used up. */
export function spendingOf(model: string, usage: Usage): Spending {
  const tokens = usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  return { usd: costOf(model, usage), tokens };
}

/**
 * The most one request can use up: a token is at least one byte of its body, all of it is written to the cache
 * (the dearest kind of input), and the answer is as long as it may be.
 */
export function worstCase(model: string, bodyBytes: number, maxTokens: number): Spending {
  return spendingOf(model, {
    input: 0,
    output: maxTokens,
    cacheRead: 0,
    cacheWrite: bodyBytes + addedByService,
  });
}

/** The service's usage in our terms; counts that an endpoint leaves out or garbles are 0. */
export function usageOf(usage: BetaUsage): Usage {
  return {
    input: count(usage.input_tokens),
    output: count(usage.output_tokens),
    cacheRead: count(usage.cache_read_input_tokens),
    cacheWrite: count(usage.cache_creation_input_tokens),
  };
}

function priceOf(model: string): Price {
  const family = Object.keys(families).find((name) => model.toLowerCase().includes(name));
  return (family && families[family]) || dearest();
}

function dearest(): Price {
  const known = Object.values(families);
  return {
    input: Math.max(...known.map((price) => price.input)),
    output: Math.max(...known.map((price) => price.output)),
  };
}

function count(tokens: number | null | undefined): number {
  return typeof tokens === 'number' && tokens > 0 ? tokens : 0;
}
