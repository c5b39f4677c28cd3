import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { feedbackBudget } from '../factory/budget';
import { strayedGiven } from '../factory/holdouts';
import type { Policy } from '../factory/policy';
import { settlePolicy } from '../factory/policyOf';
import { fileAnchor } from '../factory/vaultAnchor';
import { exportFolder, exportVault, revealedFolder, writeRevealed } from '../factory/vaultExport';
import { settleWorkspace } from '../factory/workspace';
import { budgetFinding } from '../holdouts/budget';
import { filesTaken } from '../holdouts/filesTaken';
import { refuseShort } from '../holdouts/passphrase';
import { refuseInside } from '../holdouts/scenarioFolder';
import { type ImportResult, openVault, type Vault, vaultExists, vaultIsThere } from '../holdouts/vault';
import { FactoryError } from '../shared/errors';
import { visible } from '../shared/visible';
import { plainCopies } from '../workspace/plainCopies';
import { askSecret, askYesNo, canAsk, confirmTyped } from './ask';
import { hostOf } from './host';
import { encodeKey, isKeyGiven, readKey } from './key';
import { readWords, storeOf, text, type Words } from './options';

const usage =
  'dark-factory holdouts import DIR | list | remove ID… | reveal ID | export DIR | rotate | passphrase | accept [--workspace DIR] [--key-fd N] [--store DIR]';
const options = {
  workspace: { type: 'string' },
  'key-fd': { type: 'string' },
  store: { type: 'string' },
} as const;

interface Action {
  /** Fewest and most words after the action's name. */
  words: [number, number];
  run(words: Words, args: string[]): Promise<number>;
}

const actions: Record<string, Action> = {
  import: { words: [1, 1], run: (words, [folder = '']) => importFrom(words, path.resolve(folder)) },
  list: { words: [0, 0], run: list },
  remove: { words: [1, Infinity], run: remove },
  reveal: { words: [1, 1], run: reveal },
  export: { words: [1, 1], run: (words, [folder = '']) => exportTo(words, path.resolve(folder)) },
  rotate: { words: [0, 0], run: rotate },
  passphrase: { words: [0, 0], run: setPassphrase },
  accept: { words: [0, 0], run: accept },
};

/** `holdouts …`: the vault of a workspace. Only `export` and `reveal` show more than opaque ids, and ask before. */
export async function holdoutsCommand(args: string[]): Promise<number> {
  const words = readWords(args, options, usage);
  const [name = '', ...rest] = words.positionals;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action || rest.length < action.words[0] || rest.length > action.words[1]) {
    throw new FactoryError('bad-input', `holdouts takes ${Object.keys(actions).join(', ')}.`, {
      hint: `Usage: ${usage}`,
    });
  }
  return action.run(words, rest);
}

function workspaceOf(words: Words): string {
  return path.resolve(text(words, 'workspace') ?? '.');
}

async function policyOf(words: Words): Promise<Policy> {
  const { limits } = hostOf(words, storeOf(words));
  return (await settlePolicy({ workspace: workspaceOf(words) }, limits)).policy;
}

async function placeOf(words: Words) {
  const store = storeOf(words);
  const { vaultDir: dir, id: workspaceId } = await settleWorkspace(hostOf(words, store), workspaceOf(words));
  return { dir, workspaceId, anchor: fileAnchor(store, workspaceId) };
}

/** The vault of `--workspace`. @throws FactoryError 'bad-input' when it has none. */
async function openExisting(words: Words, purpose: string): Promise<Vault> {
  const place = await placeOf(words);
  if (!(await vaultIsThere(place.dir, place.anchor))) {
    throw new FactoryError('bad-input', `${workspaceOf(words)} has no vault yet.`, {
      hint: 'Import scenarios first: dark-factory holdouts import DIR',
    });
  }
  return openVault({ ...place, key: await readKey(words, place), purpose });
}

/** The first import makes the key, which is to be shown once. */
async function openForImport(words: Words): Promise<{ vault: Vault; newKey?: Uint8Array }> {
  const place = await placeOf(words);
  const purpose = 'comparing with an import';
  if ((await vaultIsThere(place.dir, place.anchor)) || isKeyGiven(words)) {
    return { vault: await openVault({ ...place, key: await readKey(words, place), purpose }) };
  }
  const newKey = randomBytes(32);
  return { vault: await openVault({ ...place, key: newKey, purpose }), newKey };
}

function showKey(what: string, key: Uint8Array): void {
  process.stderr.write(`${what}, shown once; without it the vault cannot be opened:\n${encodeKey(key)}\n`);
}

/** The vault of a folder when there is one and its key was given; nobody is asked for it. */
export async function knownVault(words: Words): Promise<Vault | undefined> {
  if (!isKeyGiven(words)) return undefined;
  const place = await placeOf(words);
  if (!(await vaultIsThere(place.dir, place.anchor))) return undefined;
  return openVault({ ...place, key: await readKey(words, place), purpose: 'checking' });
}

/** The ids, and how far the budget of their feedback half goes for a spec that has what they cover. */
async function list(words: Words): Promise<number> {
  const vault = await openExisting(words, 'listing');
  for (const { id, covers, half, weight } of vault.list()) {
    process.stdout.write(`${id}  ${half.padEnd(8)}  weight ${weight}  ${covers.join(', ')}\n`);
  }
  const covered = [...new Set(vault.list().flatMap(({ covers }) => covers))].sort();
  const policy = await policyOf(words);
  const requirements = covered.map((id) => ({ id }));
  const { message, hint } = budgetFinding(feedbackBudget(policy, requirements, vault));
  process.stdout.write(`${[message, hint].filter(Boolean).join(' ')}\n`);
  return 0;
}

async function importFrom(words: Words, folder: string): Promise<number> {
  const workspace = workspaceOf(words);
  await refuseInside(folder, workspace);
  const { sealed } = (await policyOf(words)).holdouts;
  const { vault, newKey } = await openForImport(words);
  const result = await vault.importFolder(folder, {
    sealed,
    // Before the commit: a crash in between leaves a key that opens nothing, and never a vault without a key.
    ready: () => newKey && showKey('The key of the new vault', newKey),
  });
  const { imported, updated, unchanged, refused, unmarked } = result;
  for (const { file, id } of [...imported, ...updated]) process.stdout.write(`${id}  ${visible(file)}\n`);
  for (const { file, problems } of refused) {
    process.stderr.write(
      visible(`${file}:${problems[0]!.line}: ${problems[0]!.message} ${problems[0]!.hint}\n`),
    );
  }
  if (unmarked.length > 0) {
    process.stderr.write(
      visible(
        `Without a canary of their own: ${unmarked.join(', ')}. Write {{canary.email}}, {{canary.id}} or the like where any value will do, and a leak will show.\n`,
      ),
    );
  }
  process.stdout.write(
    `${imported.length} imported, ${updated.length} updated, ${unchanged.length} unchanged, ${refused.length} refused.\n`,
  );
  await tellPlainFiles(result, folder, workspace);
  return refused.length ? 1 : 0;
}

/** Says where else the plain text lies, and offers to delete the files. */
async function tellPlainFiles(result: ImportResult, folder: string, workspace: string): Promise<void> {
  const files = filesTaken(result).map((file) => path.join(folder, file));
  if (files.length === 0) return;
  for (const { place, count } of await plainCopies(files, [folder, workspace])) {
    process.stderr.write(
      visible(
        `Warning: ${place} still hold${place.endsWith('them') ? '' : 's'} ${count} of them in plain text.\n`,
      ),
    );
  }
  if (canAsk() && (await askYesNo(`Delete the ${files.length} plain files in ${visible(folder)}?`))) {
    for (const file of files) await rm(file, { force: true });
    return;
  }
  process.stdout.write('Delete the plain files, or keep them where no agent works.\n');
}

async function remove(words: Words, ids: string[]): Promise<number> {
  const vault = await openExisting(words, 'removing');
  const known = new Set(vault.list().map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new FactoryError('bad-input', `The vault holds no scenario ${unknown}; nothing was removed.`, {
      hint: 'List the vault to see the ids it has.',
    });
  }
  for (const id of new Set(ids)) await vault.remove(id);
  process.stdout.write(`${new Set(ids).size} removed.\n`);
  return 0;
}

/** Burns a scenario: its text goes to the visible tests, or to the terminal, as the person says. */
async function reveal(words: Words, [id = '']: string[]): Promise<number> {
  const vault = await openExisting(words, 'revealing');
  await confirmTyped(
    `This shows the text of ${visible(id)}. It leaves the vault for good and is a visible test from then on.`,
    `burn ${id}`,
  );
  const workspace = workspaceOf(words);
  const write = await askYesNo(`Write it to ${visible(revealedFolder(workspace))}? Else it is printed here.`);
  const plain = await vault.burn(id);
  if (!write) {
    process.stdout.write(visible(plain.text));
    return 0;
  }
  const file = await writeRevealed(plain, workspace);
  process.stdout.write(`Written to ${visible(file)}.\n`);
  return 0;
}

async function exportTo(words: Words, folder: string): Promise<number> {
  await exportFolder(folder, workspaceOf(words));
  const vault = await openExisting(words, 'exporting');
  const many = `${vault.list().length} scenarios`;
  await confirmTyped(`This writes ${many} in plain text to ${visible(folder)}.`, `export ${many}`);
  const written = await exportVault(vault, folder);
  process.stdout.write(`${written} scenarios written to ${visible(folder)}.\n`);
  return 0;
}

async function rotate(words: Words): Promise<number> {
  const vault = await openExisting(words, 'changing the key');
  // It may be all that is left to open the vault with.
  const passphrase = vault.hasPassphrase() ? await askNewPassphrase() : undefined;
  const key = randomBytes(32);
  // Shown first: a crash in between leaves a key that opens nothing, and never a vault without a key.
  showKey('The new key of the vault', key);
  await vault.rotate(key, passphrase);
  process.stdout.write('The old key and its passphrase open nothing any more.\n');
  return 0;
}

async function setPassphrase(words: Words): Promise<number> {
  const vault = await openExisting(words, 'setting a passphrase');
  await vault.setPassphrase(await askNewPassphrase());
  process.stdout.write('The passphrase opens the vault now, as its key does.\n');
  return 0;
}

async function askNewPassphrase(): Promise<string> {
  if (!canAsk()) {
    throw new FactoryError('needs-human', 'A passphrase is typed at a terminal.', {
      hint: 'Start the command on one.',
    });
  }
  const passphrase = await askSecret('New passphrase: ');
  if (passphrase !== (await askSecret('Once more: '))) {
    throw new FactoryError('bad-input', 'The two were not the same; nothing was changed.', {
      hint: 'Start again.',
    });
  }
  refuseShort(passphrase);
  return passphrase;
}

async function accept(words: Words): Promise<number> {
  const given = await strayedGiven(storeOf(words));
  if (given) {
    await confirmTyped(
      'The record of what was told about scenarios given with --holdouts is older than it was, or gone. From now on that is as it should be.',
      'accept',
    );
    await given.write(undefined);
    process.stdout.write('Accepted.\n');
    return 0;
  }
  const { dir, anchor } = await placeOf(words);
  const what = vaultExists(dir)
    ? 'older than it was, or another one'
    : 'gone, with what was told about its scenarios';
  await confirmTyped(
    `The vault of ${workspaceOf(words)} is ${what}. From now on that is as it should be.`,
    'accept',
  );
  await anchor.write(undefined);
  process.stdout.write('Accepted.\n');
  return 0;
}
