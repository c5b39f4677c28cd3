import { randomBytes, randomInt } from 'node:crypto';
import { placesCanary } from './canaries';
import { unspent } from './ledger';
import type { Entry, Manifest } from './manifest';
import { placeholdersIn } from './placeholders';
import { parseScenario, type ScenarioProblem } from './scenario';
import type { Scenario } from './scenarioSchema';
import type { ScenarioFile } from './scenarioFolder';
import type { Half } from './types';
import { readBody, writeBody, type Store } from './vaultBody';
import { hmac } from './vaultCrypto';

/** What an import did, for the person importing: file names relative to the folder, ids as the vault gives them. */
export interface ImportResult {
  imported: { file: string; id: string }[];
  updated: { file: string; id: string }[];
  unchanged: { file: string; id: string }[];
  refused: { file: string; problems: ScenarioProblem[] }[];
  /** Files sealed now that give the program no `{{canary.*}}` value. */
  unmarked: string[];
}

export interface ImportOptions {
  /** When given, covering anything else refuses the file. */
  requirementIds?: readonly string[];
  /** Share of scenarios that go to the sealed half; default 0.5. */
  sealed?: number;
}

/** Seals what is new or changed among the files; the manifest still has to be committed. */
export async function importInto(
  store: Store,
  manifest: Manifest,
  files: readonly ScenarioFile[],
  options: { requirementIds: readonly string[] | undefined; sealed: number },
): Promise<{ manifest: Manifest; result: ImportResult }> {
  const result: ImportResult = { imported: [], updated: [], unchanged: [], refused: [], unmarked: [] };
  let next = manifest;
  for (const { file, text, scenario, name } of acceptable(
    store,
    files,
    options.requirementIds,
    result.refused,
  )) {
    const known = next.entries.find((entry) => entry.name === name);
    const old = known?.body ? await readBody(store, known) : null;
    if (known && old?.text === text) {
      result.unchanged.push({ file, id: known.id });
      continue;
    }
    const entry = known ?? newEntry(store, next, name, options.sealed);
    const body = { text, canarySeed: old?.canarySeed ?? randomBytes(16).toString('hex') };
    const { covers, weight } = scenario;
    const written = await writeBody(store, { ...entry, version: entry.version + 1 }, body, {
      covers,
      weight,
    });
    next = { ...next, entries: [...next.entries.filter(({ id }) => id !== entry.id), written] };
    result[old ? 'updated' : 'imported'].push({ file, id: entry.id });
    if (!placesCanary(placeholdersIn(text))) result.unmarked.push(file);
  }
  return { manifest: next, result };
}

/**
 * The files that parse, with the keyed hash of their own id, in the order of that hash: neighbours in a folder fall
 * into either half.
 */
function acceptable(
  { keys }: Store,
  files: readonly ScenarioFile[],
  requirementIds: readonly string[] | undefined,
  refused: ImportResult['refused'],
) {
  const byName = new Map<string, ScenarioFile & { scenario: Scenario; name: string }>();
  for (const { file, text } of files) {
    const read = parseScenario(text, requirementIds);
    const name = 'scenario' in read ? hmac(keys.name, read.scenario.id) : '';
    if ('problems' in read) refused.push({ file, problems: read.problems });
    else if (byName.has(name)) refused.push({ file, problems: [sameId] });
    else byName.set(name, { file, text, scenario: read.scenario, name });
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const sameId: ScenarioProblem = {
  line: 1,
  column: 1,
  message: 'Another file has the same id.',
  hint: 'Give each scenario of the folder an id of its own.',
};

const idLetters = 'abcdefghjkmnpqrstuvwxyz23456789';

/**
 * A new scenario's half is the keyed hash of its random id; ids are drawn until the hash lands in the half
 * that lags behind its share.
 */
function newEntry({ keys }: Store, manifest: Manifest, name: string, sealed: number): Entry {
  const living = manifest.entries.filter(({ body }) => body);
  const lag = sealed * (living.length + 1) - living.filter(({ half }) => half === 'sealed').length;
  const wanted: Half = lag >= 0.5 ? 'sealed' : 'feedback';
  for (;;) {
    const id = `H-${Array.from({ length: 6 }, () => idLetters[randomInt(idLetters.length)]).join('')}`;
    const draw = Number.parseInt(hmac(keys.half, id).slice(0, 8), 16) / 2 ** 32;
    const half: Half = draw < sealed ? 'sealed' : 'feedback';
    if (half !== wanted || manifest.entries.some((entry) => entry.id === id)) continue;
    return { id, name, half, spending: unspent, version: 0, body: null };
  }
}
