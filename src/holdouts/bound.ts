/** What the printed chance is computed from. */
export interface BoundInput {
  /** Share of independent sealed scenarios that must pass, 0 to 1. */
  accept: number;
  /** Independent sealed scenarios; a suite, a table or an import of one source counts once. */
  scenarios: number;
  /** Sealed questions ever asked about this half, passes included. */
  attempts: number;
  /** True failure rate of the imagined bad program, 0 to 1. */
  failureRate: number;
}

/**
 * An upper bound on the chance that a program with the given failure rate is accepted:
 * `min(1, k · BinomCDF(⌊(1 − accept) · n⌋; n, ε))`.
 */
export function chanceOfPassing({ accept, scenarios, attempts, failureRate }: BoundInput): number {
  // The small addend keeps (1 − 0.9) · 10 from becoming 0.
  const failuresAllowed = Math.floor((1 - accept) * scenarios + 1e-9);
  return Math.min(1, attempts * binomialCdf(failuresAllowed, scenarios, failureRate));
}

/** The sentence for reports. */
export function boundSentence(input: BoundInput): string {
  const chance = chanceOfPassing(input);
  const bad = `A program that fails ${percent(input.failureRate)} of such scenarios`;
  const size = `${input.scenarios} sealed scenario${input.scenarios === 1 ? '' : 's'}`;
  if (chance > 0.5) return `${bad} could well pass: too few scenarios (${size}).`;
  return `${bad} would pass with chance ≤ ${percent(chance)} (${size}, asked ${input.attempts}×).`;
}

function percent(share: number): string {
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
