import { randomBytes } from 'node:crypto';
import { placesCanary } from './canaries';
import { type Entry, type Manifest, secretsOf } from './manifestFormat';
import { identityOf, type Identity, type Place, placeAll } from './place';
import { placeholdersIn } from './placeholders';
import { parseScenario, type ScenarioProblem } from './scenario';
import type { Scenario } from './scenarioSchema';
import type { ScenarioFile } from './scenarioFolder';
import { noteOpening, readBody, writeBody, type Store } from './vaultBody';
import { hmac, type VaultSecrets } from './vaultCrypto';

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
  /** Gives new scenarios their ids and halves, in their order, when not this vault does. */
  assign?: (scenarios: readonly Identity[]) => Promise<Place[]>;
}

/** Seals what is new or changed among the files; the manifest still has to be committed. */
export async function importInto(
  store: Store,
  manifest: Manifest,
  files: readonly ScenarioFile[],
  { requirementIds, sealed = 0.5, assign }: ImportOptions,
): Promise<{ manifest: Manifest; result: ImportResult }> {
  const result: ImportResult = { imported: [], updated: [], unchanged: [], refused: [], unmarked: [] };
  const secrets = secretsOf(store.keys, manifest);
  const accepted = acceptable(secrets, files, requirementIds, result.refused);
  const identities = accepted.map(({ scenario }) => identityOf(scenario));
  const assigned = await assign?.(identities);
  const entries = placeAll(manifest, secrets, identities, sealed).map((entry, index) =>
    entry.version === 0 ? { ...entry, ...assigned?.[index] } : entry,
  );
  await noteOpening(
    store,
    entries.filter(({ body }) => body),
  );
  let next = manifest;
  for (const [index, { file, text, scenario }] of accepted.entries()) {
    const entry = entries[index]!;
    if (isRevealed(manifest, entry)) {
      result.refused.push({ file, problems: [revealed] });
      continue;
    }
    const old = entry.body ? await readBody(store, entry) : null;
    const { covers, weight } = scenario;
    const body = { text, canarySeed: old?.canarySeed ?? randomBytes(16).toString('hex') };
    const written =
      old?.text === text
        ? entry
        : await writeBody(store, { ...entry, version: entry.version + 1 }, body, { covers, weight });
    if (!next.entries.includes(written)) {
      next = { ...next, entries: [...next.entries.filter(({ id }) => id !== entry.id), written] };
    }
    result[written === entry ? 'unchanged' : old ? 'updated' : 'imported'].push({ file, id: entry.id });
    if (written !== entry && !placesCanary(placeholdersIn(text))) result.unmarked.push(file);
  }
  return { manifest: next, result };
}

/**
 * The files that parse, with the keyed hash of their own id, in the order of that hash: neighbours in a folder fall
 * into either half.
 */
function acceptable(
  secrets: VaultSecrets,
  files: readonly ScenarioFile[],
  requirementIds: readonly string[] | undefined,
  refused: ImportResult['refused'],
) {
  const byName = new Map<string, ScenarioFile & { scenario: Scenario }>();
  for (const { file, text } of files) {
    const read = parseScenario(text, requirementIds);
    const name = 'scenario' in read ? hmac(secrets.name, read.scenario.id) : '';
    if ('problems' in read) refused.push({ file, problems: read.problems });
    else if (byName.has(name)) refused.push({ file, problems: [sameId] });
    else byName.set(name, { file, text, scenario: read.scenario });
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Whether what it asks was revealed, under its own name or another. */
function isRevealed({ entries }: Manifest, { burnt, contents }: Entry): boolean {
  return (
    burnt ?? entries.some((one) => one.burnt && one.contents.some((content) => contents.includes(content)))
  );
}

const revealed: ScenarioProblem = {
  line: 1,
  column: 1,
  message: 'This scenario was revealed, so that it hides nothing any more.',
  hint: 'Keep it as a visible test, and write another one that asks for something else.',
};

const sameId: ScenarioProblem = {
  line: 1,
  column: 1,
  message: 'Another file has the same id.',
  hint: 'Give each scenario of the folder an id of its own.',
};
