import { chanceOfPassing, percent } from './bound';

/** A share that was observed, and where the true one lies with 95 % confidence. All are 0 to 1. */
export interface Interval {
  share: number;
  low: number;
  high: number;
}

const z95 = 1.959964;

/**
 * Wilson's score interval, which holds for few scenarios and near 0 and 1 as well.
 * @returns everything from 0 to 1 when nothing was asked
 */
export function wilsonInterval(passed: number, asked: number): Interval {
  if (asked === 0) return { share: 0, low: 0, high: 1 };
  const share = passed / asked;
  const z2 = z95 ** 2 / asked;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (z95 / (1 + z2)) * Math.sqrt((share * (1 - share)) / asked + z2 / (4 * asked));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** The sentence for reports. */
export function noiseSentence(passed: number, asked: number): string {
  if (asked === 0) return 'No scenario gave feedback, so there is nothing to say about sampling noise.';
  const { low, high } = wilsonInterval(passed, asked);
  return `Sampling noise: ${passed} of ${asked} feedback scenarios pass, so that ${percent(low)} to ${percent(high)} of all such scenarios would (95 % confidence).`;
}

/** How many sealed scenarios make a bad program's chance small. */
export interface Confidence {
  /** Failure rate of the bad program, 0 to 1. */
  failureRate: number;
  /** Its chance to pass that shall not be exceeded, 0 to 1. */
  chance: number;
  /** Sealed scenarios it takes, all of which must pass. */
  needed: number;
  /** How many of those are not there yet. */
  more: number;
}

const failureRates = [0.2, 0.1, 0.05];
const chances = [0.1, 0.05, 0.01];

/**
 * What more scenarios would buy: for each failure rate and chance, the fewest sealed scenarios that all must pass.
 * @param attempts sealed questions asked so far, as in the bound; new scenarios have not been asked, which is on the safe side
 */
export function confidenceTable(scenarios: number, attempts: number): Confidence[] {
  return failureRates.flatMap((failureRate) =>
    chances.map((chance) => {
      const needed = fewestFor(failureRate, chance, Math.max(1, attempts));
      return { failureRate, chance, needed, more: Math.max(0, needed - scenarios) };
    }),
  );
}

/** The least n with k · (1 − ε)^n ≤ chance. */
function fewestFor(failureRate: number, chance: number, attempts: number): number {
  const about = Math.max(0, Math.ceil(Math.log(chance / attempts) / Math.log1p(-failureRate)) - 1);
  const enough = (scenarios: number) =>
    chanceOfPassing({ scenarios, failures: 0, attempts, failureRate }) <= chance;
  // The logarithms may be off by one either way.
  return [about, about + 1].find(enough) ?? about + 2;
}
