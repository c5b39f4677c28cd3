import {
  affords,
  leastLeft,
  spend,
  spentError,
  toldOf,
  type Allowance,
  type AnswerKind,
  type Spending,
} from './ledger';
import { entryOf, type ManifestStore } from './manifestStore';
import type { Manifest } from './manifestFormat';

/** What was told about scenarios, and what may still be told. */
export interface Meter {
  /** Whether it keeps account of a scenario; nothing may be asked about others. */
  knows(scenario: string): boolean;
  /** What is left for one more answer about all of these scenarios: bits, or sealed attempts. */
  left(kind: AnswerKind, scenarios: readonly string[], allowance: Allowance): number;
  /** Those of the scenarios that one more answer may be about. */
  affordable(kind: AnswerKind, bits: number, scenarios: readonly string[], allowance: Allowance): string[];
  /**
   * Pays for one answer about these scenarios; to be called before anything is asked. It is on the disk when the
   * promise resolves. A sealed question counts as failed until `settlePass`.
   * @returns what is left afterwards
   * @throws FactoryError 'needs-human' when any of the scenarios cannot afford it; nothing is spent then
   */
  debit(kind: AnswerKind, bits: number, scenarios: readonly string[], allowance: Allowance): Promise<number>;
  /** Notes that the last sealed question about these scenarios was answered with a pass, which costs no attempt. */
  settlePass(scenarios: readonly string[]): Promise<void>;
  /** Sealed questions ever asked about any of these scenarios: the k of the printed bound. */
  asked(scenarios: readonly string[]): number;
}

/** The meter whose figures a manifest keeps. */
export function meterOf(manifests: ManifestStore): Meter {
  const spendingNow = (ids: readonly string[]) => spendingOf(manifests.state, ids);
  return {
    knows: (scenario) => manifests.state.entries.some(({ id }) => id === scenario),
    left: (kind, scenarios, allowance) => leastLeft(kind, spendingNow(scenarios), allowance),
    affordable: (kind, bits, scenarios, allowance) =>
      scenarios.filter((id) => affords(kind, bits, toldOf(entryOf(manifests.state, id)), allowance)),
    debit: (kind, bits, scenarios, allowance) =>
      manifests.change((manifest) => {
        if (!spendingOf(manifest, scenarios).every((spending) => affords(kind, bits, spending, allowance))) {
          throw spentError(kind, scenarios.length);
        }
        const next = withSpending(manifest, scenarios, (spending) => spend(kind, bits, spending, allowance));
        const left = leastLeft(kind, spendingOf(next, scenarios), allowance);
        return Promise.resolve({ manifest: next, result: left });
      }),
    settlePass: (scenarios) =>
      manifests.change((manifest) => {
        const next = withSpending(manifest, scenarios, (spending) => ({
          ...spending,
          passed: Math.min(spending.asked, spending.passed + 1),
        }));
        return Promise.resolve({ manifest: next, result: undefined });
      }),
    asked: (scenarios) => Math.max(0, ...spendingNow(scenarios).map((spending) => spending.asked)),
  };
}

/** The meter of scenarios that several keep account of: an answer is paid for in each of those that know them. */
export function jointMeter(meters: readonly Meter[]): Meter {
  const known = (meter: Meter, ids: readonly string[]) => ids.filter((id) => meter.knows(id));
  const affordable: Meter['affordable'] = (kind, bits, scenarios, allowance) =>
    meters.reduce<string[]>(
      (ids, meter) => {
        const affords = new Set(meter.affordable(kind, bits, known(meter, ids), allowance));
        return ids.filter((id) => affords.has(id) || !meter.knows(id));
      },
      [...scenarios],
    );
  return {
    knows: (scenario) => meters.some((meter) => meter.knows(scenario)),
    left: (kind, scenarios, allowance) =>
      Math.min(...meters.map((meter) => meter.left(kind, known(meter, scenarios), allowance))),
    affordable,
    async debit(kind, bits, scenarios, allowance) {
      // What one of them refuses costs nothing in another.
      if (affordable(kind, bits, scenarios, allowance).length < scenarios.length) {
        throw spentError(kind, scenarios.length);
      }
      const left: number[] = [];
      for (const meter of meters) {
        left.push(await meter.debit(kind, bits, known(meter, scenarios), allowance));
      }
      return Math.min(...left);
    },
    async settlePass(scenarios) {
      for (const meter of meters) await meter.settlePass(known(meter, scenarios));
    },
    asked: (scenarios) => Math.max(...meters.map((meter) => meter.asked(known(meter, scenarios)))),
  };
}

function withSpending(manifest: Manifest, ids: readonly string[], next: (spending: Spending) => Spending) {
  const asked = new Set(ids);
  const entries = manifest.entries.map((entry) =>
    asked.has(entry.id) ? { ...entry, spending: next(entry.spending) } : entry,
  );
  return { ...manifest, entries };
}

function spendingOf(manifest: Manifest, ids: readonly string[]): Spending[] {
  return ids.map((id) => toldOf(entryOf(manifest, id)));
}
