import { planFeedback, sealedTold, tellRound } from '../../holdouts/feedback';
import type { Half, SealedScenario, Trouble, Verdict } from '../../holdouts/types';
import type { Vault } from '../../holdouts/vault';
import { FactoryError } from '../../shared/errors';
import type { Scope } from '../../trace/journal';
import { acceptable } from '../acceptance';
import { type AskJudge, otherLook, usualLook, withJudge } from '../judgingBench';
import { endOfBucket, keyedOrder } from '../judgingOrder';
import { inParallel } from '../parallel';
import { latestEvent, type Run, RunEnded, scopeOf, stage } from '../run';

/** Scenarios judged at the same time; each has a pod of its own. */
const judgedAtOnce = 2;
/** Scenarios that are judged once more, elsewhere, before a result is accepted. */
const judgedAgain = 3;

/** What validation remembers from round to round. */
export interface Judging {
  /** Most feedback scenarios that passed in any round; null before the first. */
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
    const { ask, feedback, sealed } = await withJudge(run, { commit, scope }, async (judge) => {
      const ask = { run, vault, commit, round, scope, began, judge };
      const feedback = await askHalf(ask, 'feedback');
      if (!good(feedback)) return { ask, feedback };
      const sealed = await askSealed(ask);
      if (good(sealed)) await askElsewhere(ask, [...feedback, ...sealed]);
      return { ask, feedback, sealed };
    });
    if (!sealed) {
      const told = await tellFeedback(ask, feedback, judging);
      return { note: 'hidden checks fail', value: { passed: false, told } };
    }
    if (!good(sealed)) {
      const told = await tellSealed(ask);
      return { note: 'sealed checks fail', value: { passed: false, told } };
    }
    const note = `${feedback.length} feedback and ${sealed.length} sealed scenarios`;
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
async function askHalf(ask: Ask, name: Half): Promise<Verdict[]> {
  const { run, vault, round, scope, commit } = ask;
  const { engine } = run;
  const scenarios = half(vault, name);
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
      const { passed, trouble } = await ask.judge(scenario.id, usualLook);
      if (trouble) throw troubled(scenario.id, trouble);
      return { round, scenario: scenario.id, covers: scenario.covers, passed };
    });
  });
}

/**
 * Judges some scenarios of both halves once more where everything a program could tell the judge by is another.
 * Nobody but a person hears of it, and it only ever takes a pass away, so that it costs no answer.
 * @throws RunEnded 'rejected' when one fails there
 */
async function askElsewhere(ask: Ask, verdicts: readonly Verdict[]): Promise<void> {
  const { run, vault, round, scope, commit } = ask;
  const passed = verdicts.filter((verdict) => verdict.passed).map(({ scenario }) => ({ id: scenario }));
  const sample = keyedOrder(passed, vault.access.key, `${commit} again`).slice(0, judgedAgain);
  const again = await inParallel(sample, judgedAtOnce, ({ id }) => {
    const key = `again/${round}/${id}`;
    return run.engine.step('validate.again', key, scopeOf(run, key, scope.span), async () => {
      const { passed, trouble } = await ask.judge(id, otherLook);
      if (trouble) throw troubled(id, trouble);
      return { round, scenario: id, passed };
    });
  });
  const failed = again.find((verdict) => !verdict.passed);
  if (!failed) return;
  throw new RunEnded({
    outcome: 'rejected',
    reason: `The result does not behave everywhere as it did when it was judged: scenario ${failed.scenario} passed, and failed under another host name, other paths and another port.`,
    decidedBy: latestEvent(run),
  });
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

/** Debits what a failed feedback round tells, and tells it. @throws FactoryError 'needs-human' when it is spent. */
async function tellFeedback(ask: Ask, verdicts: Verdict[], judging: Judging): Promise<string> {
  const { run, vault, round, scope } = ask;
  const { requirements } = run.spec;
  const plan = planFeedback(run.policy.holdouts.feedback, half(vault, 'feedback'), requirements);
  const told = tellRound(plan, verdicts, judging.best, requirements);
  judging.best = told.best;
  // Round n comes after n - 1 debuggers. Where none is left to hear it, nothing is told and nothing is paid.
  if (round > run.limits.debugRounds) return told.words;
  const key = `told/${round}`;
  await run.engine.step('validate.told', key, scopeOf(run, key, scope.span), async () => {
    await endOfBucket(ask.began, run.engine.signal);
    const allowance = { bits: run.limits.bits, attempts: run.policy.holdouts.attempts };
    const left = await vault.debit('feedback', plan.bits, plan.scenarios, allowance);
    const kind = told.kind === 'requirement' ? ('requirement' as const) : ('count' as const);
    return { round, kind, told: told.words, bits: plan.bits, left };
  });
  return told.words;
}

/** Asks the sealed half, which is paid for before it is asked: a crash is not a free answer. */
async function askSealed(ask: Ask): Promise<Verdict[]> {
  const { run, vault } = ask;
  const scenarios = half(vault, 'sealed');
  const ids = scenarios.map((scenario) => scenario.id);
  const asked = scenarios.every((one) => run.engine.result('validate.verdict', verdictKey(ask, one)));
  if (scenarios.length === 0 || asked) return askHalf(ask, 'sealed');
  await vault.debit('sealed', sealedTold.bits, ids, {
    bits: run.limits.bits,
    attempts: run.policy.holdouts.attempts,
  });
  const verdicts = await askHalf(ask, 'sealed');
  if (acceptable(verdicts, vault.list(), run.spec.requirements, run.policy.holdouts.accept)) {
    await vault.settlePass(ids);
  }
  return verdicts;
}

/** All the debugger hears of the sealed half. @throws RunEnded 'rejected' when it failed as often as it may. */
async function tellSealed(ask: Ask): Promise<string> {
  const { run, vault, round, scope } = ask;
  const ids = half(vault, 'sealed').map((scenario) => scenario.id);
  const allowance = { bits: run.limits.bits, attempts: run.policy.holdouts.attempts };
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
