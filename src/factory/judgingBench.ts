import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { removeTree } from '../files/tree';
import type { Till } from '../holdouts/judgeMoney';
import { type Judge, type Judged, type JudgeOptions, startJudge } from '../holdouts/judgeProcess';
import type { Bench, Look } from '../holdouts/types';
import { temporaryFolder } from '../sandbox/temporary';
import { FactoryError } from '../shared/errors';
import { spanOf } from '../trace/engine';
import type { Scope } from '../trace/journal';
import { checkout } from '../workspace/worktree';
import { judgedRecording } from './judgedRecording';
import type { Run } from './run';
import { runSetup, workspaceInside } from './setup';
import { dropDownloads } from './setupDependencies';
import { withPod } from './world';

const execute = promisify(execFile);
const buildTimeoutMs = 10 * 60_000;
/** What takes no time worth mentioning to copy for each scenario. */
const copiedBytes = 64 * 1024 ** 2;

/** A judged program sees what it saw while it was made and verified. */
export const usualLook: Look = { root: workspaceInside, folders: '/tmp', env: {}, writable: false };

/** A machine that has nothing in common with the usual one but its programs. */
export const otherLook: Look = {
  root: '/srv/app',
  folders: '/var/tmp',
  hostname: 'localhost',
  env: { USER: 'app' },
  writable: true,
  dated: '2001-02-03 04:05:06Z',
};

/**
 * Asks for the verdict on one scenario of the vault. `root` is where the candidate was: the usual place as well where
 * it cannot be built in the one of the look.
 */
export type AskJudge = (scenario: string, look: 'usual' | 'other') => Promise<Judged & { root: string }>;

interface Benches {
  usual: Bench;
  other: Bench;
}

interface Court {
  judge: Judge;
  benches: Benches;
}

/**
 * Gives `work` a judge of clean builds of the commit. They are made when the first scenario is asked, and with all
 * that they started they are gone when `work` is done or the run is cancelled.
 */
export async function withJudge<T>(
  run: Run,
  options: { commit: string; scope: Scope },
  work: (ask: AskJudge) => Promise<T>,
): Promise<T> {
  const { signal } = run.engine;
  const builds = path.join(run.dir, 'judged');
  let scratch: string | undefined;
  let court: Promise<Court> | undefined;

  const open = async (): Promise<Court> => {
    await removeTree(builds);
    // Control sockets need short paths; a run folder can be longer than a socket address.
    scratch = temporaryFolder();
    // For every look before there is a judge: what builds, with a way to the network, is gone when it starts, and
    // nothing is built after a scenario was played.
    const benches = await makeBenches(run, options, builds, scratch);
    refuseWitnesses(run);
    const model = modelOf(run, options.scope);
    const judged = judgedRecording(run.source, run.fail);
    const asking = { ...(model ? { model } : {}), ...(judged ? { judged } : {}) };
    return { judge: await startJudge({ ...run.judging!, ...asking }), benches };
  };
  const close = async () => {
    await court?.then(
      ({ judge }) => judge.close(),
      () => undefined, // Whoever asked has heard of it.
    );
  };
  const stop = () => void close();
  signal.addEventListener('abort', stop, { once: true });

  try {
    return await work(async (scenario, look) => {
      try {
        const { judge, benches } = await (court ??= open());
        const bench = benches[look];
        return { ...(await judge.judge(scenario, bench)), root: bench.look.root };
      } catch (error) {
        // A judge that was told to stop has no verdict.
        signal.throwIfAborted();
        throw error;
      }
    });
  } finally {
    signal.removeEventListener('abort', stop);
    try {
      await close();
    } finally {
      // What cannot be removed is no reason to lose a verdict: the next judging and the next factory try again.
      const folders = [builds, scratch].filter((folder) => folder !== undefined);
      await Promise.allSettled(folders.map(removeTree));
    }
  }
}

/** Whom `judge` steps ask, at the run's expense; nobody in a replay. */
function modelOf({ engine, id: runId, ledger, models, source }: Run, scope: Scope): JudgeOptions['model'] {
  if (source.kind === 'replay') return undefined;
  const { baseUrl, apiKey } = source;
  const till: Till = {
    async reserve(scenario, worst) {
      const reservation = await ledger.reserve(worst, `The judge of ${scenario}`, engine.signal);
      return (used) => {
        ledger.settle(reservation, used);
        const span = spanOf(runId, `paid/${scenario}`);
        engine.emit(
          'validate.paid',
          { scenario, model: models.judge, ...used },
          { span, parent: scope.span },
        );
      };
    },
  };
  return { id: models.judge, apiKey, ...(baseUrl === undefined ? {} : { baseUrl }), till };
}

/** Agents and what they left must be gone before anything is judged: they could watch, or be told. */
function refuseWitnesses(run: Run): void {
  if (run.sandbox.openPods() === 0) return;
  throw new FactoryError('failed', 'A pod of this run is still open while its result is to be judged.', {
    hint: 'This is a defect of the factory; please report it. Resume the run to judge again.',
  });
}

/** A command that passed when the candidate was verified, and did not now. */
interface Failed {
  name: 'setup' | 'build';
  command: string;
}

/**
 * One bench for each look. Builds may write down where they were made, so that each place has its own, unless nothing
 * is built. What cannot be built in the other look's place is seen in its usual one there; everything else differs.
 * @throws FactoryError 'failed' when a command fails in the usual place, where it passed before
 */
async function makeBenches(
  run: Run,
  options: { commit: string; scope: Scope },
  builds: string,
  scratch: string,
): Promise<Benches> {
  const { setup, build } = run.spec.commands;
  const make = async (name: string, inside: string) => {
    const [folder, home] = ['tree', 'home'].map((part) => path.join(builds, name, part)) as [string, string];
    await checkout(run.repo, options.commit, folder);
    const failed = await makeReady(run, { folder, home, inside, scope: options.scope });
    dropDownloads(home);
    return { folder, home, failed };
  };
  const bench = async ({ folder, home }: { folder: string; home: string }, look: Look): Promise<Bench> => ({
    candidate: folder,
    shared: await isLarge(folder),
    home: (await isEmpty(home)) ? undefined : home,
    copies: path.join(builds, 'copies'),
    scratch,
    spec: run.spec,
    documents: run.documents,
    toolchain: { mounts: run.toolchains.mounts, env: { PATH: run.toolchains.path } },
    look,
  });
  const usual = await make('usual', usualLook.root);
  if (usual.failed) throw unsteady(usual.failed);
  const isMade = setup !== undefined || build !== undefined;
  const other = isMade ? await make('other', otherLook.root) : usual;
  return {
    usual: await bench(usual, usualLook),
    other: other.failed
      ? await bench(usual, { ...otherLook, root: usualLook.root })
      : await bench(other, otherLook),
  };
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder)).length === 0;
}

/** What cannot be measured, because a build closed a folder of its own, cannot be copied either. */
async function isLarge(folder: string): Promise<boolean> {
  const bytes = await execute('du', ['--summarize', '--block-size=1', '--', folder]).then(
    ({ stdout }) => Number.parseInt(stdout, 10),
    () => Infinity,
  );
  return bytes > copiedBytes;
}

/** Sets up and builds a candidate, in a home where nothing of an earlier one is. @returns what failed, if anything */
async function makeReady(
  run: Run,
  place: { folder: string; home: string; inside: string; scope: Scope },
): Promise<Failed | undefined> {
  const { setup, build } = run.spec.commands;
  await mkdir(place.home, { recursive: true, mode: 0o700 });
  if (setup !== undefined) {
    const { exit } = await runSetup(run, setup, place);
    if (exit !== 0) return { name: 'setup', command: setup };
  }
  if (build === undefined) return undefined;
  return withPod(run, { ...place, name: 'candidate', judged: true }, async ({ pod, env }) => {
    const { exit } = await pod.run({
      argv: ['bash', '-ceu', build],
      cwd: place.inside,
      env,
      timeoutMs: buildTimeoutMs,
      signal: run.engine.signal,
    });
    run.engine.signal.throwIfAborted();
    return exit === 0 ? undefined : { name: 'build', command: build };
  });
}

/** The spec of a run stays what it was when the run began. */
function unsteady({ name, command }: Failed): FactoryError {
  return new FactoryError('failed', `${command} passed when it was verified and failed before judging.`, {
    hint: `Make commands.${name} of the spec give the same result each time, then start a new run.`,
  });
}
