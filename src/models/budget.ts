import { EventEmitter, once } from 'node:events';
import { FactoryError } from '../shared/errors';
import { nothing, type Spending } from './prices';

/** Room that is kept for one request until its real usage is known. */
export interface Reservation {
  readonly worst: Readonly<Spending>;
}

/** What a run has used up and may still use up; one for all agents of a run. */
export interface BudgetLedger {
  /** Settled spending so far; it only grows. */
  readonly spent: Readonly<Spending>;
  /**
   * Keeps room for the worst case of a request. While only other requests in flight stand in the way, it waits
   * for them to settle.
   * @param where Who asks, for example `T1.implementer turn 3`.
   * @throws FactoryError `over-budget` when the worst case does not fit into what is left.
   */
  reserve(worst: Spending, where: string, signal?: AbortSignal): Promise<Reservation>;
  /** Puts what was really used in the place of a reservation. Each reservation is settled once. */
  settle(reservation: Reservation, used: Spending): void;
}

/** Opens the ledger of a run; `spent` is what its journal already holds. */
export function openLedger(limits: Spending, spent: Spending): BudgetLedger {
  const settled = { ...spent };
  const open = new Set<Reservation>();
  const changes = new EventEmitter();
  changes.setMaxListeners(0);

  function fits(worst: Spending, held: Iterable<Reservation>): boolean {
    const total = sum([settled, worst, ...[...held].map((reservation) => reservation.worst)]);
    return total.usd <= limits.usd && total.tokens <= limits.tokens;
  }

  return {
    get spent() {
      return { ...settled };
    },

    async reserve(worst, where, signal) {
      for (;;) {
        if (!fits(worst, [])) throw overBudget(limits, settled, worst, where);
        if (fits(worst, open)) break;
        await once(changes, 'settled', signal ? { signal } : {});
      }
      const reservation = { worst: { ...worst } };
      open.add(reservation);
      return reservation;
    },

    settle(reservation, used) {
      if (!open.delete(reservation)) throw new Error('This reservation was settled before.');
      settled.usd += used.usd;
      settled.tokens += used.tokens;
      changes.emit('settled');
    },
  };
}

function sum(parts: readonly Spending[]): Spending {
  return parts.reduce((a, b) => ({ usd: a.usd + b.usd, tokens: a.tokens + b.tokens }), nothing);
}

function overBudget(limits: Spending, spent: Spending, worst: Spending, where: string): FactoryError {
  const money = spent.usd + worst.usd > limits.usd;
  const message = money
    ? `${where} could pass the run's limit of ${dollars(limits.usd)}: ${dollars(spent.usd)} are spent and this request may cost up to ${dollars(worst.usd)}.`
    : `${where} could pass the run's limit of ${limits.tokens} tokens: ${spent.tokens} are used and this request may take up to ${worst.tokens}.`;
  return new FactoryError('over-budget', message, {
    hint: money
      ? 'The limits of a run are sealed: raise budget.usd in the policy (and darkFactory.limits.usd above it), then start a new run.'
      : 'The limits of a run are sealed: raise budget.tokens in the policy, then start a new run.',
  });
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}
