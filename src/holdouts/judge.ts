import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '../files/tree';
import { FactoryError } from '../shared/errors';
import { ModelTrouble } from './modelJudge';
import { onStage, StageTrouble, type Stage } from './stage';
import { playStep, type Play } from './steps';
import { playSuite } from './suite';
import type { JudgeContext, OpenScenario, Trouble, Verdict } from './types';

/** A scenario that takes longer fails. */
const scenarioMs = 5 * 60_000;
const controlMs = 10_000;
/** Bytes that a disk with room for a judging has room for as well. */
const controlBytes = 1024 ** 2;

/**
 * Judges a candidate by one scenario, from outside, in a pod of its own. Whatever goes wrong is a failure, unless the
 * machine is to blame; nothing the candidate says and nothing of the scenario leaves this function but the verdict.
 * @throws FactoryError 'cancelled' when the signal is aborted, or why a model could not be asked
 */
export async function judgeScenario(open: OpenScenario, context: JudgeContext): Promise<Verdict> {
  const { id, covers } = open.sealed;
  const time = AbortSignal.timeout(scenarioMs);
  const signal = AbortSignal.any([context.signal, time]);
  const verdict = (passed: boolean, trouble?: Trouble): Verdict => ({
    scenario: id,
    covers,
    passed,
    ...(trouble === undefined ? {} : { trouble }),
  });
  try {
    const passed = await onStage(open, { ...context, signal }, (stage) =>
      playAll(open, context, stage, signal),
    );
    if (context.signal.aborted) throw cancelled();
    return verdict(passed);
  } catch (error) {
    if (context.signal.aborted) throw cancelled();
    if (error instanceof StageTrouble) return verdict(false, error.trouble);
    if (error instanceof ModelTrouble) throw error.failure;
    const well = await isMachineWell(context);
    if (context.signal.aborted) throw cancelled();
    return well ? verdict(false) : verdict(false, 'machine');
  }
}

/** Nothing a candidate may know: an empty scenario that every candidate passes on a machine that works. */
const control: OpenScenario = {
  sealed: { id: 'control', covers: [], half: 'feedback', weight: 1 },
  scenario: { id: 'control', covers: [], why: '', weight: 1, given: {}, steps: [] },
  canarySeed: '',
};

/**
 * Whether the machine still does all that judging needs, asked after an error that a candidate can cause as well as a
 * full disk: without the candidate's program only the machine can fail.
 */
async function isMachineWell(context: JudgeContext): Promise<boolean> {
  const spec = { commands: {}, env: {}, twins: [], services: {} };
  try {
    await mkdir(context.copies, { recursive: true });
    const candidate = await mkdtemp(path.join(context.copies, 'j-'));
    try {
      await writeFile(path.join(candidate, 'x'), Buffer.alloc(controlBytes));
      const instead = { spec, candidate, home: undefined, shared: false };
      return await onStage(control, { ...context, ...instead }, async ({ pod }) => {
        const result = await pod.run({ argv: ['true'], cwd: '/', env: {}, timeoutMs: controlMs });
        return result.exit === 0;
      });
    } finally {
      await removeTree(candidate);
    }
  } catch {
    return false;
  }
}

/** Steps in order, then the suite; the first that does not hold decides. An error while the candidate runs counts the same. */
async function playAll(
  { sealed, scenario, files = {} }: OpenScenario,
  context: JudgeContext,
  stage: Stage,
  signal: AbortSignal,
): Promise<boolean> {
  const shared = { stage, context, values: { ...stage.values }, signal };
  const play: Play = { ...shared, scenario: sealed.id, started: new Map(), seen: '' };
  for (const step of scenario.steps) {
    if (!(await playStep(play, step))) return false;
  }
  return scenario.suite ? playSuite(play, scenario.suite, files) : true;
}

function cancelled(): FactoryError {
  return new FactoryError('cancelled', 'The judging was cancelled.', {
    hint: 'Resume the run to judge again.',
  });
}
