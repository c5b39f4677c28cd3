import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { refuseInside } from '../holdouts/scenarioFolder';
import { openVault, type Vault, vaultExists } from '../holdouts/vault';
import { FactoryError } from '../shared/errors';
import { visible } from '../shared/visible';
import { settleWorkspace } from '../factory/workspace';
import { hostOf } from './host';
import { encodeKey, readKey } from './key';
import { readWords, storeOf, text, type Words } from './options';

const usage = 'dark-factory holdouts import DIR | list [--workspace DIR] [--key-fd N] [--store DIR]';
const options = {
  workspace: { type: 'string' },
  'key-fd': { type: 'string' },
  store: { type: 'string' },
} as const;

/** `holdouts import DIR` and `holdouts list`: the vault of a workspace. Only opaque ids are ever shown. */
export async function holdoutsCommand(args: string[]): Promise<number> {
  const words = readWords(args, options, usage);
  const [action, folder, ...others] = words.positionals;
  if (action === 'list' && folder === undefined) return list(await openWorkspaceVault(words, false));
  if (action === 'import' && folder !== undefined && others.length === 0) {
    await refuseInside(path.resolve(folder), workspaceOf(words));
    return importInto(await openWorkspaceVault(words, true), path.resolve(folder));
  }
  throw new FactoryError('bad-input', 'holdouts takes "import DIR" or "list".', { hint: `Usage: ${usage}` });
}

function workspaceOf(words: Words): string {
  return path.resolve(text(words, 'workspace') ?? '.');
}

/** The vault of `--workspace`; the first import makes the key and shows it, once. */
async function openWorkspaceVault(words: Words, create: boolean): Promise<Vault> {
  const folder = workspaceOf(words);
  const workspace = await settleWorkspace(hostOf(words, storeOf(words)), folder);
  const { vaultDir: dir, id: workspaceId } = workspace;
  if (vaultExists(dir)) return openVault({ dir, key: await readKey(words), workspaceId });
  if (!create) {
    throw new FactoryError('bad-input', `${folder} has no vault yet.`, {
      hint: 'Import scenarios first: dark-factory holdouts import DIR',
    });
  }
  const given = text(words, 'key-fd') ?? process.env['DARK_FACTORY_VAULT_KEY'];
  if (given !== undefined) return openVault({ dir, key: await readKey(words), workspaceId });
  const key = randomBytes(32);
  process.stderr.write(
    `The key of the new vault, shown once; without it the vault cannot be opened:\n${encodeKey(key)}\n`,
  );
  return openVault({ dir, key, workspaceId });
}

function list(vault: Vault): number {
  for (const { id, covers, half, weight } of vault.list()) {
    process.stdout.write(`${id}  ${half.padEnd(8)}  weight ${weight}  ${covers.join(', ')}\n`);
  }
  return 0;
}

async function importInto(vault: Vault, folder: string): Promise<number> {
  const { imported, updated, unchanged, refused, unmarked } = await vault.importFolder(folder);
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
    `${imported.length} imported, ${updated.length} updated, ${unchanged.length} unchanged, ${refused.length} refused. Delete the plain files, or keep them where no agent works.\n`,
  );
  return refused.length ? 1 : 0;
}
