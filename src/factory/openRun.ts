import os from 'node:os';
import path from 'node:path';
import { openLedger } from '../models/budget';
import { addressOf } from '../models/conversation';
import { takePrints } from '../holdouts/printsProcess';
import { createSandbox } from '../sandbox/sandbox';
import { FactoryError } from '../shared/errors';
import type { AnyEvent, Limits } from '../shared/events';
import { reduce } from '../shared/reduce';
import { totalTokens } from '../shared/runState';
import type { Source } from '../shared/source';
import { openEngine, spanOf } from '../trace/engine';
import { openJournal } from '../trace/journal';
import { createFactoryRepo } from '../workspace/factoryRepo';
import { usualBits } from './budget';
import { refuseUnchecked } from './commands';
import { signingKey } from './evidence';
import { openRunVault, witnessJournal } from './holdouts';
import { readKept, readSealed } from './kept';
import { placeOfRun, sealOf } from './ownRun';
import { governedPatterns, limitsOf } from './policy';
import { bindRecording } from './recording';
import { toolchainsFor } from './toolchains';
import { type Run, runScope } from './run';
import { setupRules } from './setupRules';
import { readDocuments } from './twinDocuments';
import type { FactoryHost } from './types';
import { contaminated, openWatch } from './watch';

/** Outcomes after which a run never goes on. */
export const final: readonly string[] = ['accepted', 'rejected', 'contaminated'];

export interface OpenRun {
  run: Run;
  /** Resolves when everything that was found out about the run is in its journal. */
  settled: () => Promise<void>;
  /** Ends the run's clock and its journal. */
  close: () => Promise<void>;
}

/**
 * Puts together everything the stages share, from the run's folder alone, and journals that the run begins or
 * goes on. Aborting ends the run; the reason says how.
 * @throws FactoryError when it has its verdict, or something it needs is missing or was changed.
 */
export async function openRun(
  host: FactoryHost,
  dir: string,
  options: { source: Source; approve: boolean; abort: AbortController },
): Promise<OpenRun> {
  const { abort } = options;
  const kept = await readKept(dir);
  const { spec, policy } = await readSealed(dir, kept.specPath);
  addressOf(options.source);
  const models = await bindRecording(options.source, spec, { ...policy.models, ...kept.models });
  const vault = await openRunVault(host, { dir, ...kept }, spec, policy);
  const fail = (reason: unknown): void => abort.abort(reason);
  const prints = vault?.list().length ? await takePrints(vault.access, host.programs) : undefined;
  const { watch, look, ...watching } = await openWatch(prints, {
    spec,
    policy,
    found: (data) => engine.emit('exposure.found', data, { span: spanOf(kept.run, 'run'), parent: null }),
    fail,
  });
  // A run that a terminal started may go on in the editor, and then there are two stores.
  const hidden = [host.store, placeOfRun(dir).root, kept.workspace];
  const walls = { programs: host.programs, hidden };
  const sandbox = await createSandbox(walls);
  const recordKey = await host.recordKey(placeOfRun(dir).root);
  const secrets = 'apiKey' in options.source ? [options.source.apiKey] : [];
  const journal = openJournal(dir, {
    secrets,
    seal: sealOf(dir, recordKey),
    look,
  });
  const engine = openEngine(journal, abort.signal);
  try {
    if (vault) await witnessJournal(vault, journal, kept.run);
    const repo = await createFactoryRepo(path.join(dir, 'repo'), kept.workspace, abort.signal);
    watching.begin(repo);
    const before = reduce(journal.events);
    refuseFinal(kept.run, before.outcome?.outcome);
    await refuseUnchecked(repo, spec, vault?.list().length ?? 0);
    const bits = usualBits(policy, spec.requirements, vault);
    const limits = before.header?.limits ?? limitsOf(policy, bits);
    const run: Run = {
      id: kept.run,
      dir,
      workspace: kept.workspace,
      spec,
      policy,
      limits,
      models,
      source: options.source,
      engine,
      ledger: openLedger(limits, { usd: before.spend.usd, tokens: totalTokens(before.spend) }),
      repo,
      governed: governedPatterns(policy, spec),
      sandbox,
      setup: await setupRules(host, repo, policy.network),
      toolchains: await toolchainsFor(repo, sandbox, host.programs),
      constraints: {},
      signingKey: signingKey(recordKey),
      refusedPolicy: kept.refusedPolicy ?? [],
      ...(vault ? { vault, judging: { ...walls, vault: vault.access } } : {}),
      watch,
      fail,
      approve: options.approve,
      documents: await readDocuments(repo, spec),
      openTwins: new Map(),
    };
    const used = minutesUsed(journal.events);
    begin(run);
    // A process that died between finding a canary and saying so left the end to this one.
    const known = before.exposures.find(({ kind }) => kind === 'canary');
    if (known) fail(contaminated(known));
    await journal.flush();
    const timer = limitMinutes(limits, used, abort);
    return {
      run,
      settled: watching.settled,
      async close() {
        clearTimeout(timer);
        await journal.close();
      },
    };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function refuseFinal(run: string, outcome: string | undefined): void {
  if (outcome === undefined || !final.includes(outcome)) return;
  throw new FactoryError('bad-input', `Run ${run} has its verdict: ${outcome}.`, {
    hint: 'Start a new run.',
  });
}

/** Journals the beginning of the run, or that this process goes on with it. */
function begin(run: Run): void {
  const { engine, spec } = run;
  const here = { pid: process.pid, host: os.hostname() };
  if (engine.resumed) {
    engine.emit('run.resumed', here, runScope(run));
    return;
  }
  engine.emit(
    'run.created',
    {
      run: run.id,
      spec: { path: spec.path, title: spec.title },
      requirements: spec.requirements.map(({ id, text, modality }) => ({
        id,
        title: text.split('\n', 1)[0] ?? '',
        modality,
      })),
      workspace: run.workspace,
      source: run.source.kind,
      limits: run.limits,
      models: run.models,
      holdouts: run.vault?.list().length ?? 0,
      ...here,
    },
    runScope(run),
  );
}

/** Minutes that earlier processes worked on the run; the time nobody did does not count. */
function minutesUsed(events: readonly AnyEvent[]): number {
  let used = 0;
  events.forEach((event, at) => {
    const next = events[at + 1];
    const later = next?.type === 'run.resumed' || next?.type === 'validate.shown';
    if (next && !later) used += next.at - event.at;
  });
  return used / 60_000;
}

function limitMinutes(limits: Limits, used: number, abort: AbortController): NodeJS.Timeout {
  const longest = 2 ** 31 - 1;
  const left = Math.max(0, (limits.minutes - used) * 60_000);
  const reason = new FactoryError('over-budget', `The run reached its limit of ${limits.minutes} minutes.`, {
    hint: 'Raise budget.minutes in the policy and start a new run.',
  });
  return setTimeout(() => abort.abort(reason), Math.min(left, longest));
}
