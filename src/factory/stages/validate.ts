import { type FeedbackPlan, planAffordable, sealedTold, tellRound } from '../../holdouts/feedback';
import { type Allowance, spentError } from '../../holdouts/ledger';
import type { Half, SealedScenario, Trouble, Verdict } from '../../holdouts/types';
import type { Vault } from '../../holdouts/vault';
import { FactoryError } from '../../shared/errors';
import type { Scope } from '../../trace/journal';
import { acceptable } from '../acceptance';
import { compareElsewhere, elsewhereNotes, whyRejected } from '../elsewhere';
import { type AskJudge, withJudge } from '../judgingBench';
import { endOfBucket, keyedOrder } from '../judgingOrder';
import { inParallel } from '../parallel';
import { unnamedScenario } from '../../shared/shownVerdicts';
import { latestEvent, type Run, RunEnded, scopeOf, stage } from '../run';

/** Scenarios judged at the same time; each has a pod of its own. */
const judgedAtOnce = 2;
/** Scenarios that are judged once more, elsewhere, before a result is accepted. */
const judgedAgain = 3;

/** What validation remembers from round to round. */
export interface Judging {
  /** Largest share of feedback scenarios that passed in any round; null before the first. */
  best: number | null;
}

export type Judged = { passed: true } | { passed: false; told: string };

/** Runs the hidden scenarios from outside on a clean build: the feedback half first, the sealed half last. */
export function validate(run: Run, commit: string, round: number, judging: Judging): Promise<Judged> {
  return stage<Judged>(run, 'validate', round, async (scope) => {
    const { vault } = run;
    if (!vault || vault.list().length === 0) {
      return { note: 'no hidden scenarios', value: { passed: true } };
    }
    const good = (verdicts: readonly Verdict[]) =>
      acceptable(verdicts, vault.list(), run.spec.requirements, run.policy.holdouts.accept);
    const began = performance.now();
    const { ask, feedback, sealed, again } = await withJudge(run, { commit, scope }, async (judge) => {
      const ask = { run, vault, commit, round, scope, began, judge };
      const feedback = await askHalf(ask, 'feedback');
      if (!good(feedback)) return { ask, feedback };
      const sealed = await askSealed(ask);
      const again = good(sealed) ? await askElsewhere(ask, [...feedback, ...sealed]) : [];
      return { ask, feedback, sealed, again };
    });
    if (!sealed) {
      const told = await tellFeedback(ask, feedback, judging);
      return { note: 'hidden checks fail', value: { passed: false, told } };
    }
    if (!good(sealed)) {
      const told = await tellSealed(ask);
      return { note: 'sealed checks fail', value: { passed: false, told } };
    }
    const judged = `${feedback.length} feedback and ${sealed.length} sealed scenarios`;
    const note = [judged, ...again].join('; ');
    return { note, value: { passed: true } };
  });
}

interface Ask {
  run: Run;
  vault: Vault;
  commit: string;
  round: number;
  scope: Scope;
  /** When it was begun, on the clock of `performance.now()`. */
  began: number;
  judge: AskJudge;
}

function half(vault: Vault, name: Half): SealedScenario[] {
  return vault.list().filter((scenario) => scenario.half === name);
}

function verdictKey(ask: Ask, scenario: SealedScenario): string {
  return `verdict/${ask.round}/${scenario.id}`;
}

/** Verdicts of one half; those the journal holds are not asked again. */
async function askHalf(ask: Ask, name: Half, scenarios = half(ask.vault, name)): Promise<Verdict[]> {
  const { run, vault, round, scope, commit } = ask;
  const { engine } = run;
  const known = scenarios.map((scenario) => engine.result('validate.verdict', verdictKey(ask, scenario)));
  if (known.every((verdict) => verdict !== undefined)) return known;
  engine.emit(
    'validate.started',
    { round, half: name, scenarios: scenarios.length },
    scopeOf(run, `half/${round}/${name}`, scope.span),
  );
  const inOrder = keyedOrder(scenarios, vault.access.key, commit);
  return inParallel(inOrder, judgedAtOnce, (scenario) => {
    const key = verdictKey(ask, scenario);
    return engine.step('validate.verdict', key, scopeOf(run, key, scope.span), async () => {
      const { passed, trouble, replayed } = await ask.judge(scenario.id, 'usual');
      if (trouble) throw troubled(scenario.id, trouble);
      const verdict = { round, scenario: scenario.id, covers: scenario.covers, passed };
      return replayed ? { ...verdict, replayed } : verdict;
    });
  });
}

/**
 * Judges some scenarios of both halves once more where everything a program could tell the judge by is another.
 * Nobody but a person hears of it, and it only ever takes a pass away, so that it costs no answer.
 * @returns what that person should know
 * @throws RunEnded 'rejected' when one fails there and only there
 */
async function askElsewhere(ask: Ask, verdicts: readonly Verdict[]): Promise<string[]> {
  const { run, vault, round, scope, commit } = ask;
  const passed = verdicts.filter((verdict) => verdict.passed).map(({ scenario }) => ({ id: scenario }));
  const sample = keyedOrder(passed, vault.access.key, `${commit} again`).slice(0, judgedAgain);
  const all = await inParallel(sample, judgedAtOnce, ({ id }) =>
    compareElsewhere(id, (look, time) => {
      const key = `again/${round}/${id}${time === 1 ? '' : `/${look}`}`;
      return run.engine.step('validate.again', key, scopeOf(run, key, scope.span), async () => {
        const { passed, trouble, root } = await ask.judge(id, look);
        if (trouble) throw troubled(id, trouble);
        return { round, scenario: id, passed, look, root };
      });
    }),
  );
  // Only what passed is judged again: where some did not, a name would tell a verdict.
  const named = verdicts.every((verdict) => verdict.passed);
  const told = named ? all : all.map((one) => ({ ...one, scenario: unnamedScenario }));
  const reason = whyRejected(told);
  if (reason === undefined) return elsewhereNotes(told);
  throw new RunEnded({ outcome: 'rejected', reason, decidedBy: latestEvent(run) });
}

/** What keeps a scenario from being judged is no fault of the candidate. */
function troubled(scenario: string, trouble: Trouble): FactoryError {
  if (trouble === 'machine') {
    return new FactoryError(
      'environment',
      `Scenario ${scenario} could not be judged: the machine failed while the program ran.`,
      { hint: 'Check free space and memory, or run "dark-factory doctor"; then resume the run.' },
    );
  }
  return new FactoryError(
    'failed',
    `Scenario ${scenario} could not be judged: its ${trouble} could not be set up.`,
    {
      hint: 'Mend the scenario and import it again, or run "dark-factory doctor"; then resume the run.',
    },
  );
}

function allowanceOf({ limits, policy }: Run): Allowance {
  return { bits: limits.bits, attempts: policy.holdouts.attempts };
}

/**
 * What may still be told about the feedback half: spent scenarios are judged, and not spoken about.
 * @throws FactoryError 'needs-human' when there is nothing that may be told about this failure
 */
function planTelling({ run, vault }: Ask, verdicts: readonly Verdict[]): FeedbackPlan {
  const { policy, spec } = run;
  const scenarios = half(vault, 'feedback');
  const allowance = allowanceOf(run);
  const plan = planAffordable(policy.holdouts.feedback, scenarios, spec.requirements, (bits, ids) =>
    vault.affordable('feedback', bits, ids, allowance),
  );
  const heard = verdicts.filter(({ scenario }) => plan.scenarios.includes(scenario));
  if (acceptable(heard, scenarios, spec.requirements, policy.holdouts.accept)) {
    throw spentError('feedback', scenarios.length - heard.length);
  }
  return plan;
}

/** Debits what a failed feedback round tells, and tells it. @throws FactoryError 'needs-human' when it is spent. */
async function tellFeedback(ask: Ask, verdicts: Verdict[], judging: Judging): Promise<string> {
  const { run, vault, round, scope } = ask;
  // Round n comes after n - 1 debuggers. Where none is left to hear it, nothing is told and nothing is paid.
  if (round > run.limits.debugRounds) return sealedTold.words;
  const key = `told/${round}`;
  const { told, best } = await run.engine.step(
    'validate.told',
    key,
    scopeOf(run, key, scope.span),
    async () => {
      await endOfBucket(ask.began, run.engine.signal);
      const plan = planTelling(ask, verdicts);
      const { kind, words, best } = tellRound(plan, verdicts, judging.best, run.spec.requirements);
      const left = await vault.debit('feedback', plan.bits, plan.scenarios, allowanceOf(run));
      return {
        round,
        kind: kind === 'requirement' ? ('requirement' as const) : ('count' as const),
        told: words,
        bits: plan.bits,
        left,
        best,
      };
    },
  );
  judging.best = best ?? judging.best;
  return told;
}

/**
 * The sealed scenarios with an attempt left: new ones beside spent ones, but not a few beside many.
 * @throws FactoryError 'needs-human'
 */
function sealedQuestion({ run, vault }: Ask): SealedScenario[] {
  const sealed = half(vault, 'sealed');
  const ids = sealed.map(({ id }) => id);
  const able = new Set(vault.affordable('sealed', sealedTold.bits, ids, allowanceOf(run)));
  const asked = sealed.filter(({ id }) => able.has(id));
  const spent = sealed.length - asked.length;
  if (asked.length < spent) throw spentError('sealed', spent);
  return asked;
}

/** Asks the sealed half, which is paid for before it is asked: a crash is not a free answer. */
async function askSealed(ask: Ask): Promise<Verdict[]> {
  const { run, vault } = ask;
  const answered = answeredBefore(ask);
  if (answered) return askHalf(ask, 'sealed', answered);
  const scenarios = sealedQuestion(ask);
  if (scenarios.length === 0) return [];
  const ids = scenarios.map((scenario) => scenario.id);
  await vault.debit('sealed', sealedTold.bits, ids, allowanceOf(run));
  const verdicts = await askHalf(ask, 'sealed', scenarios);
  if (acceptable(verdicts, vault.list(), run.spec.requirements, run.policy.holdouts.accept)) {
    await vault.settlePass(ids);
  }
  return verdicts;
}

/** What this round's sealed question was about, when all of it was answered before the process ended. */
function answeredBefore(ask: Ask): SealedScenario[] | undefined {
  const { engine } = ask.run;
  const asked = engine.journal.events
    .flatMap((event) => (event.type === 'validate.started' ? [event.data] : []))
    .findLast(({ round, half }) => round === ask.round && half === 'sealed');
  const answered = half(ask.vault, 'sealed').filter((one) =>
    engine.result('validate.verdict', verdictKey(ask, one)),
  );
  return answered.length === asked?.scenarios ? answered : undefined;
}

/** All the debugger hears of the sealed half. @throws RunEnded 'rejected' when it failed as often as it may. */
async function tellSealed(ask: Ask): Promise<string> {
  const { run, vault, round, scope } = ask;
  const ids = (answeredBefore(ask) ?? []).map((scenario) => scenario.id);
  const allowance = allowanceOf(run);
  const key = `told/${round}`;
  const { words: told, bits } = sealedTold;
  // What was left then decides, not what later rounds left: a resumed run comes past here again.
  const { left } = await run.engine.step('validate.told', key, scopeOf(run, key, scope.span), async () => {
    await endOfBucket(ask.began, run.engine.signal);
    return { round, kind: 'sealed' as const, told, bits, left: vault.left('sealed', ids, allowance) };
  });
  if (left > 0) return told;
  throw new RunEnded({
    outcome: 'rejected',
    reason: `The sealed scenarios failed ${allowance.attempts} times, which is as often as they may be asked.`,
    decidedBy: latestEvent(run),
  });
}
