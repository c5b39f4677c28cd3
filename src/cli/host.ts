import path from 'node:path';
import { defaultPolicy } from '../factory/policy';
import type { FactoryHost } from '../factory/types';
import { fileAnchor } from '../factory/vaultAnchor';
import { FactoryError } from '../shared/errors';
import type { Source } from '../shared/source';
import { storeKey } from '../workspace/storeKey';
import { vaultDirOf } from '../workspace/store';
import { askYesNo, canAsk } from './ask';
import { readKey } from './key';
import { text, type Words } from './options';
import { secretOf } from './secrets';
import { programsFolder } from './programs';

/** What the command line offers a run; the usual values are the person's ceilings. */
export function hostOf(words: Words, store: string): FactoryHost {
  return {
    store,
    programs: programsFolder(),
    limits: { ...defaultPolicy.budget, network: [], scripts: false },
    recordKey: storeKey,
    vaultKey: (workspaceId, root) =>
      readKey(words, {
        dir: vaultDirOf(root, workspaceId),
        workspaceId,
        anchor: fileAnchor(root, workspaceId),
      }),
    vaultAnchor: (workspaceId, root) => fileAnchor(root, workspaceId),
    sameProject,
  };
}

/** Without a terminal to ask on, a moved folder is a new project: nothing of the old one is touched. */
async function sameProject(before: string, folder: string): Promise<boolean> {
  if (!canAsk()) {
    process.stderr.write(
      `${folder} looks like the project that was in ${before}; it is taken for a new one.\n`,
    );
    return false;
  }
  return askYesNo(`Is ${folder} the project that was in ${before}?`);
}

/**
 * Where model answers come from.
 * @throws FactoryError 'bad-input' when it is unknown or needs a key that is not there.
 */
export function sourceOf(words: Words): Source {
  const given = text(words, 'source') ?? 'anthropic';
  const at = given.indexOf(':');
  const kind = at < 0 ? given : given.slice(0, at);
  const folder = at < 0 ? '' : given.slice(at + 1);
  const dir = path.resolve(folder);
  if (kind === 'replay' && folder) return { kind: 'replay', dir };
  if (given !== 'anthropic' && !(kind === 'record' && folder)) {
    throw new FactoryError('bad-input', `--source ${given} is not known.`, {
      hint: 'Use anthropic, replay:DIR or record:DIR.',
    });
  }
  const apiKey = secretOf('ANTHROPIC_API_KEY');
  if (!apiKey) {
    throw new FactoryError('bad-input', 'There is no key for the model: ANTHROPIC_API_KEY is not set.', {
      hint: 'Set it, or run a recording with --source replay:DIR.',
    });
  }
  const baseUrl = text(words, 'base-url');
  const live = baseUrl === undefined ? { apiKey } : { apiKey, baseUrl };
  return kind === 'record' ? { kind: 'record', dir, ...live } : { kind: 'anthropic', ...live };
}
