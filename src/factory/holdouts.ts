import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Anchor } from '../holdouts/anchor';
import { type GivenRecord, openGivenRecord } from '../holdouts/givenRecord';
import { jointMeter } from '../holdouts/meter';
import type { AskKnown } from '../holdouts/place';
import { refuseInside } from '../holdouts/scenarioFolder';
import type { Meter } from '../holdouts/meter';
import { UnanchoredVault } from '../holdouts/unanchored';
import { type ImportResult, openVault, type Vault, vaultIsThere } from '../holdouts/vault';
import { FactoryError } from '../shared/errors';
import type { Spec } from '../shared/spec';
import type { Journal } from '../trace/journal';
import { atomicWrite } from '../workspace/files';
import { placeOfRun } from './ownRun';
import type { Policy } from './policy';
import type { FactoryHost } from './types';
import { fileAnchor } from './vaultAnchor';

const keyFile = 'vault.key';

interface RunPlace {
  run: string;
  dir: string;
  workspaceId: string;
  workspace: string;
}

/** The vault a run is judged with: sealed from a folder for this run only, or the workspace's own, or none. */
export async function openRunVault(
  host: FactoryHost,
  run: RunPlace & { vaultDir: string; holdouts?: string },
  spec: Spec,
  policy: Policy,
): Promise<Vault | undefined> {
  const vault = await (run.holdouts === undefined
    ? workspaceVault(host, run)
    : givenVault(host, run, run.holdouts, spec, policy));
  const known = new Set(spec.requirements.map(({ id }) => id));
  for (const { id, covers } of vault?.list() ?? []) {
    const unknown = covers.find((requirement) => !known.has(requirement));
    if (unknown === undefined) continue;
    throw new FactoryError(
      'bad-input',
      `Scenario ${id} covers ${unknown}, which ${spec.path} does not have.`,
      {
        hint: 'Mend the scenario and import it again, or remove it from the vault.',
      },
    );
  }
  return vault;
}

/**
 * Has the vault remember how far the run's journal had come whenever something is told: a journal that is shorter or
 * another one afterwards does not make it untold.
 * @throws FactoryError 'failed' when the journal is not the one the vault remembers
 */
export async function witnessJournal(vault: Vault, journal: Journal, run: string): Promise<void> {
  const seen = vault.witnessed(run);
  if (seen && journal.events.length === 0) await vault.forget(run);
  else if (seen && journal.events[seen.seq]?.hash !== seen.hash) {
    throw new FactoryError(
      'failed',
      `The record of run ${run} is not as it was left: its end is gone or another one.`,
      {
        hint: 'Bring the run folder back from a backup, or start a new run.',
      },
    );
  }
  const debit = vault.debit.bind(vault);
  vault.debit = async (...answer) => {
    await journal.flush();
    const last = journal.events.at(-1);
    if (last) await vault.witness({ run, seq: last.seq, hash: last.hash });
    return debit(...answer);
  };
}

/** The ledger of the scenarios a run was judged with; whoever asks for it may be asked for the vault's key. */
export async function openRunMeter(
  host: FactoryHost,
  run: RunPlace & { vaultDir: string; holdouts?: string },
): Promise<Meter> {
  const { root } = placeOfRun(run.dir);
  const meter = await (run.holdouts === undefined
    ? workspaceVault(host, run)
    : openGiven(root).then((record) => record.meter));
  if (meter) return meter;
  throw new FactoryError(
    'bad-input',
    `The vault that run ${run.run} was judged with is not there any more.`,
    {
      hint: 'Bring its folder back from a backup.',
    },
  );
}

async function workspaceVault(
  host: FactoryHost,
  { run, dir: runDir, vaultDir: dir, workspaceId }: RunPlace & { vaultDir: string },
): Promise<Vault | undefined> {
  // A run that a terminal started may go on in the editor, and the other way round.
  const { root } = placeOfRun(runDir);
  const anchor = host.vaultAnchor(workspaceId, root);
  if (!(await vaultIsThere(dir, anchor))) return undefined;
  const key = await host.vaultKey(workspaceId, root);
  const vault = await openVault({ dir, key, workspaceId, anchor, purpose: judging(run) });
  await vault.takeOver(knownGiven(root, workspaceId));
  return vault;
}

/**
 * What is known of scenarios that were given with `--holdouts`, for imports: a scenario of the vault is one with the
 * same one in a folder, and what was told about it is kept in one account.
 */
export function knownGiven(store: string, workspaceId: string): AskKnown {
  return async (scenarios) => {
    const isThere = await vaultIsThere(path.join(store, given), fileAnchor(store, given));
    return isThere ? (await openGiven(store)).known(workspaceId)(scenarios) : [];
  };
}

/**
 * A vault for one run, whose spending is on the store's record, and in the workspace's vault where there is one: the
 * same scenarios given to another run, or imported, have what they had left. Its key lies beside it for as long as the run can be resumed: what keeps agents out is the
 * sandbox, and the person's own folder holds the same text.
 */
async function givenVault(
  host: FactoryHost,
  run: RunPlace & { vaultDir: string },
  folder: string,
  spec: Spec,
  policy: Policy,
): Promise<Vault> {
  const dir = path.join(run.dir, 'vault');
  const file = path.join(run.dir, keyFile);
  const { workspaceId } = run;
  const purpose = judging(run.run);
  const own = await workspaceVault(host, run);
  const record = await openGiven(placeOfRun(run.dir).root);
  const account = {
    ...jointMeter(own ? [own, record.meter] : [record.meter]),
    ...record.witness(workspaceId),
  };
  if (existsSync(file)) {
    const vault = await openVault({ dir, key: await readFile(file), workspaceId, purpose });
    record.require(vault.list().map(({ id }) => id));
    return Object.assign(vault, account);
  }
  await refuseInside(folder, run.workspace);
  await rm(dir, { recursive: true, force: true });
  const key = randomBytes(32);
  const vault = await openVault({ dir, key, workspaceId, purpose });
  const requirementIds = spec.requirements.map(({ id }) => id);
  const { sealed } = policy.holdouts;
  refuseProblems(
    folder,
    await vault.importFolder(folder, {
      requirementIds,
      sealed,
      async known(scenarios) {
        const places = await own?.placeGiven(scenarios, sealed, record.known(workspaceId));
        return record.place(workspaceId, scenarios, sealed, places);
      },
    }),
  );
  // Written last: a crash before it leaves a vault nobody can open, which the next import replaces.
  await atomicWrite(file, key);
  return Object.assign(vault, account);
}

const given = 'given';

/** The store's record of what was told about scenarios given with `--holdouts`. */
function openGiven(store: string): Promise<GivenRecord> {
  return openGivenRecord(path.join(store, given), fileAnchor(store, given));
}

/** The anchor of that record when the record is gone or older than the anchor says, else undefined. */
export async function strayedGiven(store: string): Promise<Anchor | undefined> {
  const anchor = fileAnchor(store, given);
  // Opening a record that never was would make it.
  if ((await anchor.read()) === undefined) return undefined;
  try {
    await openGiven(store);
    return undefined;
  } catch (error) {
    if (error instanceof UnanchoredVault) return anchor;
    throw error;
  }
}

function judging(run: string): string {
  return `judging run ${run}`;
}

/** @throws FactoryError for the first file that could not be sealed. */
function refuseProblems(folder: string, { refused, imported }: ImportResult): void {
  const [first] = refused;
  if (first) {
    throw new FactoryError(
      'bad-input',
      `${path.join(folder, first.file)}:${first.problems[0]!.line}: ${first.problems[0]!.message}`,
      {
        hint:
          refused.length > 1
            ? `${first.problems[0]!.hint} ${refused.length - 1} more files need mending.`
            : first.problems[0]!.hint,
      },
    );
  }
  if (imported.length === 0) {
    throw new FactoryError('bad-input', `${folder} holds no *.scenario.yaml file.`, {
      hint: 'Give the folder of the holdout scenarios with --holdouts.',
    });
  }
}
