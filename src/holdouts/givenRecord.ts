import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import type { Anchor } from './anchor';
import { writeDurably } from './manifest';
import { secretsOf } from './manifestFormat';
import { openManifest } from './manifestStore';
import { type Meter, meterOf } from './meter';
import { type AskKnown, type Identity, isSpent, movedTo, type Place, placeAll } from './place';
import { vaultIsThere } from './vault';
import { absent } from './vaultBody';
import { deriveKeys } from './vaultCrypto';
import { type Witness, witnessOf } from './witness';

/**
 * What was told about scenarios that runs were given from folders: one record for a whole store, that no new run,
 * fork, changed spec or deleted run refills. It is a manifest whose entries have no bodies: it holds HMACs of names
 * and contents, halves and what was spent, and no text.
 */
export interface GivenRecord {
  readonly meter: Meter;
  /** Remembers the journals of a workspace's runs: two workspaces may have runs of one name. */
  witness(workspaceId: string): Witness;
  /**
   * The places of scenarios: the ones they had whenever they were given before, in this workspace by their own ids,
   * in any by what they ask.
   * @param sealed share of those never given before that goes to the sealed half
   * @param places where another ledger has them, which decides
   */
  place(
    workspaceId: string,
    scenarios: readonly Identity[],
    sealed: number,
    places?: readonly Place[],
  ): Promise<Place[]>;
  /** What it knows of scenarios, of which nothing is kept. */
  known(workspaceId: string): AskKnown;
  /** @throws FactoryError when it does not know one of the ids, and so not what was spent on it */
  require(ids: readonly string[]): void;
}

/**
 * Opens the record in a folder; makes it when it is not there.
 * @param anchor where it is kept how far the record had come
 * @throws FactoryError when the record is gone or older than the anchor says
 */
export async function openGivenRecord(dir: string, anchor: Anchor): Promise<GivenRecord> {
  await vaultIsThere(dir, anchor);
  const store = { dir, keys: deriveKeys(await keyIn(dir)), workspaceId: 'given', purpose: 'spending' };
  const manifests = await openManifest(store, anchor);
  return {
    meter: meterOf(manifests),
    witness: (workspaceId) => witnessOf(manifests, `${workspaceId}/`),
    place: (workspaceId, scenarios, sealed, places) =>
      manifests.change((manifest) => {
        const own = ownOf(workspaceId, scenarios);
        const placed = placeAll(manifest, secretsOf(store.keys, manifest), own, sealed).map((entry, at) =>
          movedTo(manifest, entry, places?.[at]),
        );
        const result = placed.map(({ id, half }) => ({ id, half }));
        if (placed.every((entry) => manifest.entries.includes(entry))) {
          return Promise.resolve({ manifest, result });
        }
        const ids = new Set(placed.map(({ id }) => id));
        const others = manifest.entries.filter(({ id }) => !ids.has(id));
        return Promise.resolve({ manifest: { ...manifest, entries: [...others, ...placed] }, result });
      }),
    known: (workspaceId) => (scenarios) =>
      manifests.reading((manifest) => {
        const secrets = secretsOf(store.keys, manifest);
        const ids = new Set(manifest.entries.map(({ id }) => id));
        const placed = placeAll(manifest, secrets, ownOf(workspaceId, scenarios), 0.5);
        // One with a new place may be like one that was told about.
        return Promise.resolve(
          placed.map((entry) => (ids.has(entry.id) || isSpent(entry.spending) ? entry : undefined)),
        );
      }),
    require(ids) {
      const known = new Set(manifests.state.entries.map(({ id }) => id));
      const lost = ids.find((id) => !known.has(id));
      if (lost === undefined) return;
      throw new FactoryError('failed', `The record in ${dir} does not tell what was spent on ${lost}.`, {
        hint: 'The record was removed or replaced since the run began: bring it back, or start a new run.',
      });
    },
  };
}

/** Own ids mean something within a workspace only. */
function ownOf(workspaceId: string, scenarios: readonly Identity[]): Identity[] {
  return scenarios.map((one) => ({ ...one, own: JSON.stringify([workspaceId, one.own]) }));
}

/** The key that lies in the folder: it keeps texts from being guessed out of HMACs, and careless edits away. */
async function keyIn(dir: string): Promise<Buffer> {
  const file = path.join(dir, 'key');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const kept = await readFile(file).catch(absent);
  if (kept?.length === 32) return kept;
  if (kept) {
    throw new FactoryError('failed', `The file ${file} is not a key.`, {
      hint: 'Bring it back from a backup. Without it the record of what was told about scenarios cannot be read.',
    });
  }
  const draft = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  await writeDurably(draft, randomBytes(32));
  // Of several processes that come first, one makes the key.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  return keyIn(dir);
}
