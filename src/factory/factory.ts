import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import type { Source } from '../shared/source';
import { removeTree } from '../workspace/files';
import { acquireRunLock } from '../workspace/lock';
import { createRun } from '../workspace/store';
import { watchForCancel } from './cancel';
import { endingOf } from './ending';
import { keepRequest, readKept, refuseChanged, sourceAgain, usableSpec } from './kept';
import { final, openRun, type OpenRun } from './openRun';
import { placeOfRun, refuseForeign, sealOf } from './ownRun';
import { pipeline } from './pipeline';
import { settlePolicy } from './policyOf';
import { type Ending, GateWaiting, type Run, runScope } from './run';
import type { FactoryHost, RunHandle, RunRequest } from './types';
import { settleWorkspace } from './workspace';

/**
 * Starts one run of the factory on a spec.
 * @throws FactoryError before anything is kept when the spec, the policy, the holdouts or the machine will not do.
 */
export async function startRun(host: FactoryHost, request: RunRequest): Promise<RunHandle> {
  const text = await readSpec(request.spec);
  const specPath = await specPathIn(request);
  const settled = await settlePolicy(request, host.limits);
  await usableSpec(text, specPath, settled.policy);

  const workspace = await settleWorkspace(host, request.workspace);
  const { id, dir } = await createRun(workspace, specPath);
  const seal = sealOf(dir, await host.recordKey(host.store));
  // Of a run that had this name and was deleted.
  await rm(seal.anchor, { force: true });
  try {
    await keepRequest(
      dir,
      { ...request, run: id, workspaceId: workspace.id, vaultDir: workspace.vaultDir, specPath },
      text,
      settled,
      seal,
    );
    return await hold(host, dir, { source: request.source, approve: false });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    await rm(seal.anchor, { force: true });
    throw error;
  }
}

/** What a person says when a run goes on. */
export interface ResumeOptions {
  /** Waiting gates may pass. */
  approve?: boolean;
  /** Another source of answers than the run began with. */
  source?: Source;
  /** Key for a run that talks to a model; it is never kept. */
  apiKey?: string;
  /** Another address of the model than the run began with. */
  baseUrl?: string;
}

/**
 * Goes on with a run that was interrupted, failed or waits for a person.
 * @throws FactoryError when it has a verdict already, someone else holds it, or its record was changed.
 */
export async function resumeRun(host: FactoryHost, dir: string, options: ResumeOptions): Promise<RunHandle> {
  await refuseForeign(dir);
  await refuseChanged(dir, sealOf(dir, await host.recordKey(placeOfRun(dir).root)));
  const kept = await readKept(dir);
  const source = options.source ?? sourceAgain(kept, options);
  return hold(host, dir, { source, approve: options.approve ?? false });
}

/** Path of the spec below the workspace. @throws FactoryError 'bad-input' when it is not there. */
async function specPathIn({ spec, workspace }: RunRequest): Promise<string> {
  const info = await stat(workspace).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new FactoryError('bad-input', `The workspace ${workspace} is not a folder.`, {
      hint: 'Give an existing folder with --workspace.',
    });
  }
  const relative = path.relative(workspace, spec);
  if (relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
    throw new FactoryError('bad-input', `${spec} lies outside of the workspace ${workspace}.`, {
      hint: 'Move it there, or name a folder that holds it with --workspace.',
    });
  }
  return relative.replaceAll(path.sep, '/');
}

/** @throws FactoryError 'bad-input' when the file cannot be read. */
async function readSpec(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new FactoryError('bad-input', `The spec ${file} could not be read.`, {
      hint: 'Check its path.',
      cause: error,
    });
  }
}

/** Takes the run's lock and lets the pipeline go; whatever happens, lock and journal are given back. */
async function hold(
  host: FactoryHost,
  dir: string,
  options: { source: Source; approve: boolean },
): Promise<RunHandle> {
  const abort = new AbortController();
  const cancel = (): void =>
    abort.abort(new FactoryError('cancelled', 'The run was cancelled.', { hint: 'It can be resumed.' }));
  const lock = await acquireRunLock(dir);
  // Opening takes seconds in a large folder: it can be cancelled, too.
  const watcher = await watchForCancel(dir, cancel);
  const letGo = (): Promise<void> => watcher.close().finally(() => lock.release());
  let opened: OpenRun;
  try {
    opened = await openRun(host, dir, { ...options, abort });
  } catch (error) {
    await letGo();
    // Whatever broke after it was told to stop broke because of it.
    abort.signal.throwIfAborted();
    throw error;
  }
  const { run, close } = opened;
  const done = execute(opened).finally(() => close().finally(letGo));
  return {
    id: run.id,
    dir,
    follow: (listener) => run.engine.journal.follow(listener),
    twins: () => run.openTwins,
    done,
    async cancel() {
      cancel();
      // Whoever waits for `done` hears of a failure; here only the end counts.
      await Promise.allSettled([done]);
    },
  };
}

/** Runs the pipeline to its end and journals how it ended; a waiting gate is no end. */
async function execute({ run, settled }: OpenRun): Promise<void> {
  const { engine } = run;
  const finish = await pipeline(run).catch((error: unknown) =>
    error instanceof GateWaiting ? undefined : endingOf(run, error),
  );
  await settled();
  if (finish) finishWith(run, finish);
  await engine.journal.flush();
  if (final.includes(finish?.outcome ?? '')) await dropBuilds(run.dir);
}

/** Installed packages are large, and only a run that goes on has a use for them. */
async function dropBuilds(dir: string): Promise<void> {
  const names = ['setup', 'verify', 'homes', 'judged'];
  // The run has its end, which stands whether there is space to gain or not.
  await Promise.allSettled(names.map((name) => removeTree(path.join(dir, name))));
}

/** The journal refuses a reason that quotes what must stay hidden; that it did so is the reason then. */
function finishWith(run: Run, finish: Ending): void {
  try {
    run.engine.emit('run.finished', finish, runScope(run));
  } catch (error) {
    run.engine.emit('run.finished', endingOf(run, error), runScope(run));
  }
}
