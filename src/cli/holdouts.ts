import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { feedbackBudget } from '../factory/budget';
import { knownGiven, strayedGiven } from '../factory/holdouts';
import type { Policy } from '../factory/policy';
import { settlePolicy } from '../factory/policyOf';
import { exportFolder, exportVault, revealedFolder, writeRevealed } from '../factory/vaultExport';
import { priceOfVerdicts, priceSentence, showVerdicts } from '../factory/showVerdicts';
import { budgetFinding } from '../holdouts/budget';
import { filesTaken } from '../holdouts/filesTaken';
import { wrapKey } from '../holdouts/identity';
import { refuseInside } from '../holdouts/scenarioFolder';
import { unmarkedSentence } from '../holdouts/unmarked';
import { type ImportResult, openVault, type Vault, vaultExists, vaultIsThere } from '../holdouts/vault';
import { FactoryError } from '../shared/errors';
import { visible } from '../shared/visible';
import { plainCopies } from '../workspace/plainCopies';
import { findRun } from '../workspace/store';
import { askYesNo, canAsk, confirmTyped } from './ask';
import { hostOf } from './host';
import { isKeyGiven, readKey } from './key';
import { readWords, storeOf, type Words } from './options';
import { admit, dismiss, listMembers, makeIdentity, receive, share } from './team';
import { askNewPassphrase, existingVault, placeOf, showKey, vaultToFill, workspaceOf } from './vaultPlace';

const usage =
  'dark-factory holdouts import DIR | list | remove ID… | reveal ID | verdicts RUN [ID…] | export DIR | rotate | passphrase | accept | identity NAME | members | admit CARD | dismiss NAME [--keep] | share DIR | receive DIR [--workspace DIR] [--key-fd N] [--identity FILE] [--store DIR]';
const options = {
  workspace: { type: 'string' },
  'key-fd': { type: 'string' },
  identity: { type: 'string' },
  keep: { type: 'boolean' },
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
  verdicts: { words: [1, Infinity], run: verdicts },
  export: { words: [1, 1], run: (words, [folder = '']) => exportTo(words, path.resolve(folder)) },
  rotate: { words: [0, 0], run: rotate },
  passphrase: { words: [0, 0], run: setPassphrase },
  accept: { words: [0, 0], run: accept },
  identity: { words: [1, 1], run: makeIdentity },
  members: { words: [0, 0], run: listMembers },
  admit: { words: [1, Infinity], run: admit },
  dismiss: { words: [1, 1], run: dismiss },
  share: { words: [1, 1], run: share },
  receive: { words: [1, 1], run: receive },
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

async function policyOf(words: Words): Promise<Policy> {
  const { limits } = hostOf(words, storeOf(words));
  return (await settlePolicy({ workspace: workspaceOf(words) }, limits)).policy;
}

/** The vault of `--workspace`. @throws FactoryError 'bad-input' when it has none. */
async function openExisting(words: Words, purpose: string): Promise<Vault> {
  return openVault({ ...(await existingVault(words)), purpose });
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
  // The first import makes the key, which is to be shown once.
  const { isNew, ...place } = await vaultToFill(words);
  const vault = await openVault({ ...place, purpose: 'comparing with an import' });
  const result = await vault.importFolder(folder, {
    sealed,
    known: knownGiven(storeOf(words), vault.access.workspaceId),
    // Before the commit: a crash in between leaves a key that opens nothing, and never a vault without a key.
    ready: () => isNew && showKey('The key of the new vault', place.key),
  });
  const { imported, updated, unchanged, refused } = result;
  for (const { file, id } of [...imported, ...updated]) process.stdout.write(`${id}  ${visible(file)}\n`);
  for (const { file, problems } of refused) {
    process.stderr.write(
      visible(`${file}:${problems[0]!.line}: ${problems[0]!.message} ${problems[0]!.hint}\n`),
    );
  }
  const unmarked = unmarkedSentence(result.unmarked);
  if (unmarked) process.stderr.write(`${visible(unmarked)}\n`);
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

/** Shows which scenarios of a run passed, which is paid for first. */
async function verdicts(words: Words, [run = '', ...ids]: string[]): Promise<number> {
  const store = storeOf(words);
  const host = hostOf(words, store);
  const { dir } = await findRun(store, run);
  const wanted = ids.length > 0 ? [...new Set(ids)] : undefined;
  const prices = await priceOfVerdicts(host, dir, wanted);
  const many = prices.reduce((sum, { scenarios }) => sum + scenarios.length, 0);
  await confirmTyped(priceSentence(prices), `show ${many}`);
  for (const { scenario, covers, half, passed } of await showVerdicts(host, dir, wanted)) {
    const line = `${scenario}  ${(half ?? '').padEnd(8)}  ${passed ? 'passed' : 'failed'}  ${covers.join(', ')}`;
    process.stdout.write(`${visible(line)}\n`);
  }
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
  await vault.rotate(key, passphrase, wrapKey);
  process.stdout.write('The old key and its passphrase open nothing any more.\n');
  return 0;
}

async function setPassphrase(words: Words): Promise<number> {
  const vault = await openExisting(words, 'setting a passphrase');
  await vault.setPassphrase(await askNewPassphrase());
  process.stdout.write('The passphrase opens the vault now, as its key does.\n');
  return 0;
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
