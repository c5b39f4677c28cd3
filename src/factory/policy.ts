import type { Limits, PlanTask, Role } from '../shared/events';
import type { Spec } from '../shared/spec';
import { governedActivePatterns } from '../workspace/activeFiles';
import { autonomies, type feedbacks, readPolicyFile } from './policyFile';
import { noNetwork, type NetworkPolicy, readNetwork } from './setupHosts';

/** How much a person is asked: each includes those before it. */
export type Autonomy = (typeof autonomies)[number];

export type Feedback = (typeof feedbacks)[number];

export interface Policy {
  categories: Record<string, { autonomy: Autonomy }>;
  budget: { usd: number; tokens: number; minutes: number; debugRounds: number; parallel: number };
  models: Record<Role, string>;
  holdouts: { feedback: Feedback; sealed: number; attempts: number; accept: number; bits?: number };
  governed: string[];
  network: NetworkPolicy;
}

/** What holds when neither the user nor the repository says anything. */
export const defaultPolicy: Policy = {
  categories: {
    architecture: { autonomy: 'approve-plan' },
    migration: { autonomy: 'approve-delivery' },
    'api-integration': { autonomy: 'lights-out' },
  },
  budget: { usd: 10, tokens: 4_000_000, minutes: 60, debugRounds: 6, parallel: 4 },
  models: {
    planner: 'claude-opus-5-5',
    implementer: 'claude-sonnet-5-5',
    tester: 'claude-sonnet-5-5',
    debugger: 'claude-opus-5-5',
    judge: 'claude-haiku-5-5',
  },
  holdouts: { feedback: 'requirement', sealed: 0.5, attempts: 3, accept: 1 },
  governed: ['CLAUDE.md', 'AGENTS.md', '.factory/**', '**/*.spec.md', '.github/**', '.vscode/**'],
  network: noNetwork,
};

const scale: Record<string, number> = { k: 1_000, M: 1_000_000 };

function number(value: number | string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number') return value;
  return Number.parseFloat(value) * (scale[value.at(-1) ?? ''] ?? 1);
}

/** Keeps what a value says, leaving out what it does not. */
function without<T extends object>(value: T | undefined): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value ?? {}).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/**
 * Reads a policy's YAML over the defaults.
 * @throws FactoryError 'bad-input' with file and line for anything the format does not know.
 */
export function parsePolicy(text: string, file: string): Policy {
  const { categories, budget, models, holdouts, governed, network } = readPolicyFile(text, file);
  const base = defaultPolicy.budget;
  return {
    categories: { ...defaultPolicy.categories, ...categories },
    budget: {
      usd: number(budget?.usd, base.usd),
      tokens: number(budget?.tokens, base.tokens),
      minutes: number(budget?.minutes, base.minutes),
      debugRounds: number(budget?.debugRounds, base.debugRounds),
      parallel: number(budget?.parallel, base.parallel),
    },
    models: { ...defaultPolicy.models, ...without(models) },
    holdouts: { ...defaultPolicy.holdouts, ...without(holdouts) },
    // A repository may govern more files, never fewer.
    governed: [...new Set([...defaultPolicy.governed, ...(governed ?? [])])],
    network: readNetwork(network),
  };
}

/**
 * What a run with this policy may use.
 * @param usualBits what the answers of all debug rounds cost, unless the policy says less
 */
export function limitsOf(policy: Policy, usualBits: number): Limits {
  const { budget, holdouts } = policy;
  return {
    usd: budget.usd,
    tokens: budget.tokens,
    minutes: budget.minutes,
    debugRounds: budget.debugRounds,
    bits: Math.min(holdouts.bits ?? usualBits, usualBits),
  };
}

/** Patterns of what agents may not change: the policy's, the built-in ones, and the spec itself whatever its name. */
export function governedPatterns(policy: Policy, spec: Spec): string[] {
  return [...policy.governed, ...governedActivePatterns, literalPattern(spec.path)];
}

/** A pattern that matches this path alone. */
export function literalPattern(file: string): string {
  return file.replace(/[\\!*?+@|{}()[\]]/g, '\\$&');
}

/** The stricter of the spec's category, each task's own and, for novel tasks, `architecture`. */
export function autonomyOf(policy: Policy, specCategory: string, tasks: readonly PlanTask[]): Autonomy {
  const names = [specCategory, ...tasks.map((task) => task.category)];
  if (tasks.some((task) => task.novel)) names.push('architecture');
  const levels = names.map((name) => autonomies.indexOf(policy.categories[name]?.autonomy ?? 'lights-out'));
  return autonomies[Math.max(...levels)]!;
}
