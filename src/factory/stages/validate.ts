import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { planFeedback, sealedTold, tellRound } from '../../holdouts/feedback';
import { judgeScenario } from '../../holdouts/judge';
import type { Half, SealedScenario, Trouble, Verdict } from '../../holdouts/types';
import type { Vault } from '../../holdouts/vault';
import { FactoryError } from '../../shared/errors';
import type { Scope } from '../../trace/journal';
import { startTwin } from '../../twins/start';
import { removeTree } from '../../workspace/files';
import { checkout } from '../../workspace/worktree';
import { acceptable } from '../acceptance';
import { inParallel } from '../parallel';
import { latestEvent, type Run, RunEnded, scopeOf, stage } from '../run';
import { runSetup, workspaceInside } from '../setup';
import { homeOf, withPod } from '../world';

/** Scenarios judged at the same time; each has a pod of its own. */
const judgedAtOnce = 2;
const buildTimeoutMs = 10 * 60_000;

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
    const ask = { run, vault, commit, round, scope };
    const feedback = await askHalf(ask, 'feedback');
    if (!acceptable(feedback, vault.list(), run.spec.requirements, run.policy.holdouts.accept)) {
      const told = await tellFeedback(ask, feedback, judging);
      return { note: 'hidden checks fail', value: { passed: false, told } };
    }
    const sealed = await askSealed(ask);
    if (!acceptable(sealed, vault.list(), run.spec.requirements, run.policy.holdouts.accept)) {
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
}

function half(vault: Vault, name: Half): SealedScenario[] {
  return vault.list().filter((scenario) => scenario.half === name);
}

function verdictKey(ask: Ask, scenario: SealedScenario): string {
  return `verdict/${ask.round}/${scenario.id}`;
}

/** Verdicts of one half; those the journal holds are not asked again. */
async function askHalf(ask: Ask, name: Half): Promise<Verdict[]> {
  const { run, vault, round, scope } = ask;
  const { engine } = run;
  const scenarios = half(vault, name);
  const known = scenarios.map((scenario) => engine.result('validate.verdict', verdictKey(ask, scenario)));
  if (known.every((verdict) => verdict !== undefined)) return known;
  engine.emit(
    'validate.started',
    { round, half: name, scenarios: scenarios.length },
    scopeOf(run, `half/${round}/${name}`, scope.span),
  );
  return withCandidate(ask, async (candidate, scratch) =>
    inParallel(scenarios, judgedAtOnce, (scenario) => {
      const key = verdictKey(ask, scenario);
      return engine.step('validate.verdict', key, scopeOf(run, key, scope.span), async () => {
        const open = await vault.scenario(scenario.id);
        const { passed, trouble } = await judgeScenario(open, {
          sandbox: run.sandbox,
          candidate,
          spec: run.spec,
          startTwin,
          scratch,
          toolchain: { mounts: run.toolchains.mounts, env: { PATH: run.toolchains.path } },
          signal: engine.signal,
        });
        engine.signal.throwIfAborted();
        if (trouble) throw troubled(scenario.id, trouble);
        return { round, scenario: scenario.id, covers: scenario.covers, passed };
      });
    }),
  );
}

/** What keeps a scenario from being judged is no fault of the candidate. */
function troubled(scenario: string, trouble: Trouble): FactoryError {
  return new FactoryError(
    'failed',
    `Scenario ${scenario} could not be judged: its ${trouble} could not be set up.`,
    {
      hint: 'Mend the scenario and import it again, or run "dark-factory doctor"; then resume the run.',
    },
  );
}

/** A clean build of the judged commit and a scratch folder with a short path, both gone afterwards. */
async function withCandidate<T>(
  ask: Ask,
  work: (candidate: string, scratch: string) => Promise<T>,
): Promise<T> {
  const { run, commit, scope } = ask;
  const candidate = path.join(run.dir, 'candidate');
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'df-'));
  try {
    await removeTree(candidate);
    await checkout(run.repo, commit, candidate);
    const { setup, build } = run.spec.commands;
    const home = homeOf(run, 'candidate');
    await removeTree(home);
    if (setup !== undefined) {
      const { exit } = await runSetup(run, setup, { folder: candidate, home, scope });
      refuseChanged('setup', setup, exit);
    }
    await withPod(run, { name: 'candidate', folder: candidate, scope }, async ({ pod, env }) => {
      if (build === undefined) return;
      const { exit } = await pod.run({
        argv: ['bash', '-ceu', build],
        cwd: workspaceInside,
        env,
        timeoutMs: buildTimeoutMs,
        signal: run.engine.signal,
      });
      run.engine.signal.throwIfAborted();
      refuseChanged('build', build, exit);
    });
    return await work(candidate, scratch);
  } finally {
    await removeTree(candidate);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @throws FactoryError 'failed' when a command that passed before does not now. */
function refuseChanged(name: 'setup' | 'build', command: string, exit: number | null): void {
  if (exit === 0) return;
  throw new FactoryError('failed', `${command} passed when it was verified and failed before judging.`, {
    hint: `Make commands.${name} of the spec give the same result each time, then resume the run.`,
  });
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
  const { left } = await run.engine.step('validate.told', key, scopeOf(run, key, scope.span), () =>
    Promise.resolve({
      round,
      kind: 'sealed' as const,
      told,
      bits,
      left: vault.left('sealed', ids, allowance),
    }),
  );
  if (left > 0) return told;
  throw new RunEnded({
    outcome: 'rejected',
    reason: `The sealed scenarios failed ${allowance.attempts} times, which is as often as they may be asked.`,
    decidedBy: latestEvent(run),
  });
}
