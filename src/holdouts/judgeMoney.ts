import { FactoryError } from '../shared/errors';
import type { Cost, Grant, Spending } from './judgeProtocol';

/** Who pays for what the judge asks of a model, before it is asked. */
export interface Till {
  /**
   * Keeps room for the worst case of one call for a scenario.
   * @returns what takes the cost as it was, once
   * @throws FactoryError 'over-budget'
   */
  reserve(this: void, scenario: string, worst: Cost): Promise<(used: Cost) => void>;
}

/** The till's side of the talk with a judge. */
export interface Paying {
  /** @returns false for what makes no sense */
  hear(said: Spending): boolean;
  /** The judge is gone: what it may have spent is settled at its worst. */
  end(): void;
}

export function pay({ reserve }: Till, send: (grant: Grant) => void): Paying {
  const open = new Map<number, { worst: Cost; settle: (used: Cost) => void }>();
  let ended = false;
  const grant = async (number: number, scenario: string, worst: Cost): Promise<void> => {
    try {
      const settle = await reserve(scenario, worst);
      // Nothing was sent for what nobody heard of.
      if (ended) return settle({ usd: 0, tokens: 0 });
      open.set(number, { worst, settle });
      send({ grant: number });
    } catch (error) {
      if (!ended) send({ grant: number, refused: refusalOf(error) });
    }
  };
  return {
    hear(said) {
      if ('reserve' in said) {
        void grant(said.reserve, said.scenario, said.worst);
        return true;
      }
      const reserved = open.get(said.settle);
      open.delete(said.settle);
      reserved?.settle(said.used);
      return reserved !== undefined;
    },
    end() {
      ended = true;
      for (const { worst, settle } of open.values()) settle(worst);
      open.clear();
    },
  };
}

function refusalOf(error: unknown): NonNullable<Grant['refused']> {
  const { code, message, hint } =
    error instanceof FactoryError
      ? error
      : new FactoryError('cancelled', 'The run is over.', { hint: 'Resume the run to judge again.' });
  return { code, message, hint };
}
