import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { requestCancel } from '../factory/cancel';
import { examineMachine, findingsText } from '../factory/doctor';
import { resumeRun, startRun } from '../factory/factory';
import { placeOfRun, sealOf } from '../factory/ownRun';
import { settlePolicy, type SettledPolicy } from '../factory/policyOf';
import { priceOfVerdicts, priceSentence, showVerdicts } from '../factory/showVerdicts';
import type { FactoryHost, RunHandle, RunRequest } from '../factory/types';
import type { SealedScenario } from '../holdouts/types';
import { parseSpec } from '../spec/parse';
import { FactoryError } from '../shared/errors';
import type { RuleProposal } from '../shared/runState';
import { type Journal, openJournal } from '../trace/journal';
import type { Seal } from '../trace/seal';
import { spanOf } from '../trace/engine';
import { catalogued, twinCatalogue } from '../twins/catalogue';
import type { TwinEntry } from '../twins/entry';
import { startLocalTwin } from '../twins/local';
import type { TwinCall, TwinHandle } from '../twins/types';
import { git } from '../workspace/git';
import { acquireRunLock } from '../workspace/lock';
import type { FolderMerge } from '../workspace/mergeResult';
import { changesOf, fileOf, mergeOf, proposalsOf, reportOf, undoOf, type Changes } from './results';
import { openTeams, type Teams } from './teams';
import {
  openVaults,
  type ChangeKey,
  type Imported,
  type ImportQuestions,
  type NewPassphrase,
} from './vaults';

/**
 * The editor's way to everything that takes long to load: models, sandbox, vault, git. It is imported when
 * first needed, so that activation stays short, and knows nothing of `vscode`.
 */
export interface Core {
  /** What the policy of a folder asks for beyond the person's own limits, which needs their consent. */
  policy(folder: string): Promise<SettledPolicy>;
  start(request: RunRequest): Promise<RunHandle>;
  resume(dir: string, options: { approve: boolean; apiKey: string | undefined }): Promise<RunHandle>;
  /** Ends a run of another process. */
  cancel(dir: string): Promise<void>;
  /** Ends an interrupted run as cancelled, without going on with it. */
  discard(dir: string): Promise<void>;
  /**
   * Opaque ids of the scenarios held out for a folder; none when it has no vault.
   * @param asking whether a person waits for it, who may be asked for the key
   */
  holdouts(folder: string, asking: boolean): Promise<SealedScenario[]>;
  /** Imports scenarios that come with us where a folder has none, or lost their key. @returns whether it had to */
  supplyHoldouts(folder: string, from: string): Promise<boolean>;
  /** Imports a folder of scenarios; what they cover must be a requirement of one of the specs, when there are any. */
  importHoldouts(
    folder: string,
    from: string,
    specs: readonly string[],
    ask?: ImportQuestions,
  ): Promise<Imported>;
  /** Writes the scenarios of a folder's vault in plain text, after a person was asked. @returns how many */
  exportHoldouts(folder: string, to: string): Promise<number>;
  /** Puts the vault of a folder under a new key. */
  changeVaultKey(folder: string, change: ChangeKey, passphrase: NewPassphrase): Promise<void>;
  /** Takes a scenario out of the vault for good, for its text. */
  burnHoldout(folder: string, id: string): Promise<string>;
  /** What it costs to show a person the verdicts of scenarios, in words. @throws FactoryError when it cannot be paid */
  verdictPrice(dir: string, scenarios: readonly string[]): Promise<{ price: string }>;
  /** Pays for the verdicts; the run's record shows them from then on. */
  showVerdicts(dir: string, scenarios: readonly string[]): Promise<void>;
  /** Hidden scenarios that a team shares. */
  teams: Teams;
  /** Makes a folder a git repository whose first commit holds all its files. */
  beginHistory(folder: string): Promise<void>;
  /** The report of a run, as Markdown. */
  report(dir: string): Promise<string>;
  /** What a run that delivered changed. */
  changes(dir: string): Promise<Changes>;
  /** What agents of a run propose for CLAUDE.md. */
  proposals(dir: string): Promise<RuleProposal[]>;
  /** Text of a file in a commit of a run. */
  fileAt(dir: string, commit: string, file: string): Promise<string>;
  /** Brings the result of a run, as the person saw it, into the open folder. */
  merge(dir: string, seen: Changes): Promise<FolderMerge>;
  /** Takes a merge back. */
  undo(dir: string, merge: FolderMerge): Promise<FolderMerge>;
  /** Every twin there is. */
  twins(): Promise<readonly TwinEntry[]>;
  /** Starts a twin on this machine, for a person; `variables` are lines `NAME=VALUE` that clients need. */
  startTwin(
    name: string,
    onCall: (call: TwinCall) => void,
  ): Promise<{ handle: TwinHandle; variables: string[] }>;
  /** Tries every wall of this machine; tells of each in plain text. */
  doctor(workspace: string | undefined): Promise<string>;
}

/** `host` is asked anew for each run, because its limits are settings; with `asking` false it asks nobody for a key. */
export function openCore(host: (asking?: boolean) => FactoryHost): Core {
  const vaults = openVaults(host);
  return {
    policy: (folder) => settlePolicy({ workspace: folder }, host().limits),
    start: (request) => startRun(host(), request),
    resume: (dir, { approve, apiKey }) =>
      resumeRun(host(), dir, { approve, ...(apiKey === undefined ? {} : { apiKey }) }),
    cancel: requestCancel,
    discard: (dir) => discard(host(), dir),
    holdouts: (folder, asking) => vaults.list(folder, asking),
    supplyHoldouts: (folder, from) => vaults.supply(folder, from),
    async importHoldouts(folder, from, specs, ask = {}) {
      const requirementIds = (await Promise.all(specs.map(requirementsIn))).flat();
      return vaults.importFrom(folder, from, requirementIds, ask);
    },
    exportHoldouts: (folder, to) => vaults.exportTo(folder, to),
    changeVaultKey: (folder, change, passphrase) => vaults.changeKey(folder, change, passphrase),
    burnHoldout: (folder, id) => vaults.burn(folder, id),
    async verdictPrice(dir, scenarios) {
      return { price: priceSentence(await priceOfVerdicts(host(), dir, scenarios)) };
    },
    async showVerdicts(dir, scenarios) {
      await showVerdicts(host(), dir, scenarios);
    },
    teams: openTeams(host),
    beginHistory,
    report: async (dir) => reportOf(dir, await sealFor(host(), dir)),
    changes: async (dir) => changesOf(dir, await sealFor(host(), dir)),
    proposals: async (dir) => proposalsOf(dir, await sealFor(host(), dir)),
    fileAt: async (dir, commit, file) => fileOf(dir, await sealFor(host(), dir), { commit, file }),
    merge: async (dir, seen) => mergeOf(dir, await sealFor(host(), dir), seen),
    undo: async (dir, merge) => undoOf(dir, await sealFor(host(), dir), merge),
    twins: () => Promise.resolve(twinCatalogue),
    async startTwin(name, onCall) {
      const handle = await startLocalTwin(host().programs, { name, onCall });
      const variables = Object.entries(catalogued(name).variables).map(
        ([variable, value]) => `${variable}=${handle.values[value] ?? ''}`,
      );
      return { handle, variables };
    },
    async doctor(workspace) {
      const { programs, store } = host();
      const findings = await examineMachine({
        programs,
        store,
        ...(workspace === undefined ? {} : { workspace }),
      });
      return findingsText(findings);
    },
  };
}

async function requirementsIn(file: string): Promise<string[]> {
  const { spec } = parseSpec(await readFile(file, 'utf8'), path.basename(file));
  return spec.requirements.map(({ id }) => id);
}

async function beginHistory(folder: string): Promise<void> {
  await git(['init', '-q', '-b', 'main', folder]);
  const repository = { gitDir: path.join(folder, '.git'), workTree: folder, cwd: folder };
  await git(['add', '-A'], repository);
  await git(['commit', '-q', '-m', 'Start'], repository);
}

async function sealFor(host: FactoryHost, dir: string): Promise<Seal> {
  return sealOf(dir, await host.recordKey(placeOfRun(dir).root));
}

/** A record that cannot be verified is never gone on with, but it can always be ended. */
async function journalToEnd(host: FactoryHost, dir: string): Promise<Journal> {
  try {
    return openJournal(dir, { seal: await sealFor(host, dir) });
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return openJournal(dir);
  }
}

async function discard(host: FactoryHost, dir: string): Promise<void> {
  const lock = await acquireRunLock(dir);
  try {
    const journal = await journalToEnd(host, dir);
    const [first] = journal.events;
    const run = first?.type === 'run.created' ? first.data.run : '';
    const reason = 'A person discarded the run after it was interrupted.';
    journal.append(
      'run.finished',
      { outcome: 'cancelled', code: 'cancelled', reason, decidedBy: null },
      { span: spanOf(run, 'run'), parent: null },
    );
    await journal.flush();
    await journal.close();
  } finally {
    await lock.release();
  }
}
