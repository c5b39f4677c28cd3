import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Judge, startJudge } from '../holdouts/judgeProcess';
import type { Bench, Look, Verdict } from '../holdouts/types';
import { FactoryError } from '../shared/errors';
import type { Scope } from '../trace/journal';
import { removeTree } from '../workspace/files';
import { checkout } from '../workspace/worktree';
import type { Run } from './run';
import { runSetup, workspaceInside } from './setup';
import { homeOf, withPod } from './world';

const buildTimeoutMs = 10 * 60_000;

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

/** Asks for the verdict on one scenario of the vault. */
export type AskJudge = (scenario: string, look: Look) => Promise<Pick<Verdict, 'passed' | 'trouble'>>;

interface Court {
  judge: Judge;
  bench: (look: Look) => Promise<Bench>;
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
    scratch = await mkdtemp(path.join(os.tmpdir(), 'df-'));
    const bench = benches(run, options, builds, scratch);
    // Before there is a judge, so that what builds is gone when it starts.
    await bench(usualLook);
    refuseWitnesses(run);
    return { judge: await startJudge(run.judging!), bench };
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
        const { judge, bench } = await (court ??= open());
        return await judge.judge(scenario, await bench(look));
      } catch (error) {
        // A judge that was told to stop has no verdict.
        signal.throwIfAborted();
        throw error;
      }
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await close();
    for (const folder of [builds, scratch]) if (folder) await removeTree(folder);
  }
}

/** Agents and what they left must be gone before anything is judged: they could watch, or be told. */
function refuseWitnesses(run: Run): void {
  if (run.sandbox.openPods() === 0) return;
  throw new FactoryError('failed', 'A pod of this run is still open while its result is to be judged.', {
    hint: 'This is a defect of the factory; please report it. Resume the run to judge again.',
  });
}

/** One bench for each look: builds may write down where they were made, so that each place has its own. */
function benches(run: Run, options: { commit: string; scope: Scope }, builds: string, scratch: string) {
  const { setup, build } = run.spec.commands;
  const isMade = setup !== undefined || build !== undefined;
  const made = new Map<string, Promise<string>>();
  const make = async (root: string): Promise<string> => {
    const folder = path.join(builds, String(made.size));
    await checkout(run.repo, options.commit, folder);
    if (isMade) await makeReady(run, { folder, inside: root, scope: options.scope });
    return folder;
  };
  return async (look: Look): Promise<Bench> => {
    const root = isMade ? look.root : usualLook.root;
    const candidate = made.get(root) ?? make(root);
    made.set(root, candidate);
    return {
      candidate: await candidate,
      copies: path.join(builds, 'copies'),
      scratch,
      spec: run.spec,
      toolchain: { mounts: run.toolchains.mounts, env: { PATH: run.toolchains.path } },
      look,
    };
  };
}

/**
 * Sets up and builds a candidate, in a home where nothing of an earlier one is.
 * @throws FactoryError 'failed' when a command fails that passed before.
 */
async function makeReady(run: Run, place: { folder: string; inside: string; scope: Scope }): Promise<void> {
  const { setup, build } = run.spec.commands;
  const name = 'candidate';
  const home = homeOf(run, name);
  await removeTree(home);
  if (setup !== undefined) {
    const { exit } = await runSetup(run, setup, { ...place, home });
    refuseChanged('setup', setup, exit, place.inside);
  }
  if (build === undefined) return;
  await withPod(run, { ...place, name }, async ({ pod, env }) => {
    const { exit } = await pod.run({
      argv: ['bash', '-ceu', build],
      cwd: place.inside,
      env,
      timeoutMs: buildTimeoutMs,
      signal: run.engine.signal,
    });
    run.engine.signal.throwIfAborted();
    refuseChanged('build', build, exit, place.inside);
  });
}

function refuseChanged(name: 'setup' | 'build', command: string, exit: number | null, inside: string): void {
  if (exit === 0) return;
  const where = inside === usualLook.root ? 'before judging' : 'in a folder of another name';
  throw new FactoryError('failed', `${command} passed when it was verified and failed ${where}.`, {
    hint: `Make commands.${name} of the spec give the same result each time, then resume the run.`,
  });
}
