import { FactoryError } from '../shared/errors';
import type { Cost, Grant, Said } from './judgeProtocol';

/** The judge's side of the run's ledger, which is another process's: everything is asked for before it is spent. */
export interface Purse {
  /** @returns the number of the reservation. @throws FactoryError 'over-budget' */
  reserve(scenario: string, worst: Cost, signal?: AbortSignal): Promise<number>;
  settle(reservation: number, used: Cost): void;
  /** Takes what the ledger said. */
  hear(grant: Grant): void;
}

export function openPurse(say: (said: Said) => void): Purse {
  const waiting = new Map<number, (grant: Grant) => void>();
  let last = 0;
  const settle = (reservation: number, used: Cost): void => say({ settle: reservation, used });
  return {
    settle,
    reserve(scenario, worst, signal) {
      const number = ++last;
      return new Promise((resolve, reject) => {
        waiting.set(number, ({ refused }) => {
          if (refused) reject(new FactoryError(refused.code, refused.message, { hint: refused.hint }));
          // Nobody is there to send it any more.
          else if (signal?.aborted) settle(number, { usd: 0, tokens: 0 });
          else resolve(number);
        });
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        say({ reserve: number, scenario, worst });
      });
    },
    hear(grant) {
      waiting.get(grant.grant)?.(grant);
      waiting.delete(grant.grant);
    },
  };
}
