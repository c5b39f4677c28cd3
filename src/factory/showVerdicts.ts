import path from 'node:path';
import { userName } from '../holdouts/decryptions';
import type { Meter } from '../holdouts/meter';
import { FactoryError } from '../shared/errors';
import { reduce } from '../shared/reduce';
import type { HalfState, RunState, VerdictState } from '../shared/runState';
import { withheldVerdicts } from '../shared/shownVerdicts';
import { spanOf } from '../trace/engine';
import { type Journal, openJournal, readOwn } from '../trace/journal';
import { acquireRunLock } from '../workspace/lock';
import { openRunMeter } from './holdouts';
import { type Kept, readKept, readPolicy, refuseChanged } from './kept';
import { placeOfRun, sealOf } from './ownRun';
import type { FactoryHost } from './types';

/** What some verdicts of one half cost, and what the half may still tell: bits, or failed answers. */
export interface Price {
  half: HalfState['half'];
  scenarios: string[];
  left: number;
}

/**
 * What it costs to show a person the latest verdicts of these scenarios: one bit each, which everything that was asked
 * with them pays, like for an answer to agents.
 * @param scenarios opaque ids; all verdicts that are not shown when left out
 * @throws FactoryError when one of them has no verdict that is not shown, or its half cannot pay
 */
export async function priceOfVerdicts(
  host: FactoryHost,
  dir: string,
  scenarios?: readonly string[],
): Promise<Price[]> {
  const { kept, seal } = await ownRun(host, dir);
  const state = reduce(readOwn(path.join(dir, 'journal.jsonl'), seal).events);
  const asked = chosen(state, scenarios);
  const ledger = await ledgerOf(host, dir, kept, state);
  return halvesOf(asked).map(({ half, verdicts }) => {
    const { left } = ledger.payers(half, verdicts);
    return { half, scenarios: verdicts.map(({ scenario }) => scenario), left };
  });
}

/** The price in words, for the question a person answers before they see anything. */
export function priceSentence(prices: readonly Price[]): string {
  const each = prices.map(({ half, scenarios, left }) => {
    const price = scenarios.length;
    const many = price === 1 ? '1 verdict' : `${price} verdicts`;
    return half === 'feedback'
      ? `${many} of the feedback half cost${price === 1 ? 's' : ''} ${price} of the ${left.toFixed(1)} bits that agents may still be told about it.`
      : `${many} of the sealed half cost${price === 1 ? 's' : ''} ${price} of the ${left} failures it has left before it wants new scenarios.`;
  });
  return `Who knows which scenario failed can tell agents by changing the spec, so it is paid for like an answer to them. ${each.join(' ')} No new run or changed spec brings that back.`;
}

/**
 * Pays for the verdicts and then shows them: from then on every view has them.
 * @returns them
 * @throws FactoryError as `priceOfVerdicts`, or when the run is going on
 */
export async function showVerdicts(
  host: FactoryHost,
  dir: string,
  scenarios?: readonly string[],
): Promise<VerdictState[]> {
  const { kept, seal } = await ownRun(host, dir);
  const lock = await acquireRunLock(dir);
  try {
    const journal = openJournal(dir, { seal });
    try {
      const state = reduce(journal.events);
      const asked = chosen(state, scenarios);
      const ledger = await ledgerOf(host, dir, kept, state);
      const halves = halvesOf(asked);
      // What one half cannot pay for is no reason to have paid for the other.
      for (const { half, verdicts } of halves) ledger.payers(half, verdicts);
      for (const { half, verdicts } of halves) await pay(journal, kept.run, ledger, half, verdicts);
      await journal.flush();
      return asked;
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

async function ownRun(host: FactoryHost, dir: string) {
  const seal = sealOf(dir, await host.recordKey(placeOfRun(dir).root));
  await refuseChanged(dir, seal);
  return { seal, kept: await readKept(dir) };
}

/** The withheld verdicts that a person asked for. */
function chosen(state: RunState, scenarios?: readonly string[]): VerdictState[] {
  const withheld = withheldVerdicts(state).filter(({ half }) => half !== null);
  const known = new Set(withheld.map(({ scenario }) => scenario));
  const other = scenarios?.find((id) => !known.has(id));
  if (other !== undefined || withheld.length === 0) {
    const what = other === undefined ? 'no verdict' : `no verdict of ${other}`;
    throw new FactoryError('bad-input', `Run ${state.header?.id ?? ''} has ${what} that is not shown.`, {
      hint: 'What is shown already costs nothing: see the timeline or the Holdouts view.',
    });
  }
  return scenarios ? withheld.filter(({ scenario }) => scenarios.includes(scenario)) : withheld;
}

function halvesOf(verdicts: readonly VerdictState[]) {
  return (['feedback', 'sealed'] as const)
    .map((half) => ({ half, verdicts: verdicts.filter((verdict) => verdict.half === half) }))
    .filter((one) => one.verdicts.length > 0);
}

interface Ledger {
  /** Who pays for these verdicts, and what these have left. @throws FactoryError 'needs-human' when they cannot */
  payers(half: HalfState['half'], verdicts: readonly VerdictState[]): { ids: string[]; left: number };
  debit: (half: HalfState['half'], bits: number, ids: readonly string[]) => Promise<number>;
}

async function ledgerOf(host: FactoryHost, dir: string, kept: Kept, state: RunState): Promise<Ledger> {
  const meter: Meter = await openRunMeter(host, { dir, ...kept });
  const { holdouts } = await readPolicy(dir);
  const allowance = { bits: state.header?.limits.bits ?? 0, attempts: holdouts.attempts };
  return {
    payers(half, verdicts) {
      const bits = verdicts.length;
      const round = verdicts[0]?.round;
      const together = state.verdicts
        .filter((verdict) => verdict.half === half && verdict.round === round)
        .map(({ scenario }) => scenario);
      const ids = meter.affordable(half, bits, together, allowance);
      const broke = verdicts.filter(({ scenario }) => !ids.includes(scenario));
      if (broke.length === 0) return { ids, left: meter.left(half, ids, allowance) };
      const left = meter.left(
        half,
        broke.map(({ scenario }) => scenario),
        allowance,
      );
      throw tooDear(half, bits, left);
    },
    debit: (half, bits, ids) => meter.debit(half, bits, ids, allowance),
  };
}

function tooDear(half: HalfState['half'], bits: number, left: number): FactoryError {
  const many = bits === 1 ? 'a verdict' : `${bits} verdicts`;
  const rest = half === 'feedback' ? `${left.toFixed(1)} bits` : `${left} failures`;
  return new FactoryError('needs-human', `The ${half} half cannot pay for ${many}: it has ${rest} left.`, {
    hint: 'Ask for fewer, or import scenarios that were never asked. "Reveal and Burn" shows the text of one, which leaves the vault for it.',
  });
}

/** Paid before it is shown: a crash in between costs the person, and never tells anything for nothing. */
async function pay(
  journal: Journal,
  run: string,
  ledger: Ledger,
  half: HalfState['half'],
  verdicts: readonly VerdictState[],
): Promise<void> {
  const bits = verdicts.length;
  const left = await ledger.debit(half, bits, ledger.payers(half, verdicts).ids);
  journal.append(
    'validate.shown',
    {
      half,
      scenarios: verdicts.map(({ scenario }) => scenario),
      bits,
      left,
      by: userName(),
    },
    { span: spanOf(run, `shown/${String(journal.events.length)}`), parent: spanOf(run, 'run') },
  );
}
