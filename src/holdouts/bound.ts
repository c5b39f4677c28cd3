/** What the printed chance is computed from. */
export interface BoundInput {
  /** Independent sealed scenarios that decide; a suite counts once. */
  scenarios: number;
  /** How many of them may fail in an accepted result at most: ⌊(1 − accept) · n⌋ where all weigh the same. */
  failures: number;
  /** Sealed questions ever asked about this half, passes included. */
  attempts: number;
  /** True failure rate of the imagined bad program, 0 to 1. */
  failureRate: number;
}

/**
 * An upper bound on the chance that a program with the given failure rate is accepted:
 * `min(1, k · BinomCDF(failures; n, ε))`.
 */
export function chanceOfPassing({ scenarios, failures, attempts, failureRate }: BoundInput): number {
  return Math.min(1, attempts * binomialCdf(failures, scenarios, failureRate));
}

/** Above this chance the scenarios say nothing about a program that bad. */
const tooFewAbove = 0.5;

/** The sentence for reports. */
export function boundSentence(input: BoundInput): string {
  const chance = chanceOfPassing(input);
  const { scenarios, attempts, failureRate } = input;
  const bad = `failing ${percent(failureRate)} of such scenarios`;
  const size = `${scenarios} independent sealed scenario${scenarios === 1 ? '' : 's'}, asked ${attempts}×`;
  if (chance > tooFewAbove) return `Too few scenarios: a program ${bad} could well pass (${size}).`;
  return `A program this bad (${bad}) would pass with chance ≤ ${percent(chance)} (${size}).`;
}

/** A share for people: `20 %`, `4.7 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2))} %`;
}

/** P[X ≤ k] for X ~ Binomial(n, p), summed in logarithms so that large n neither under- nor overflows. */
function binomialCdf(k: number, n: number, p: number): number {
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
