import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { asksBeyond, ceilingsOf, tighten } from './ceilings';
import { defaultPolicy, parsePolicy, type Policy } from './policy';
import { personsOwn, sealNetwork } from './setupHosts';
import type { RunRequest, UserLimits } from './types';

/** The policy of a run, after the person's ceilings. */
export interface SettledPolicy {
  policy: Policy;
  /** What the repository's file asks for in vain, a sentence part each. */
  refused: string[];
  /** SHA-256 of the repository's file, by which a person may allow all it asks for; absent when there is no file. */
  digest?: string;
}

/**
 * Reads the policy of a run. A file that the person names holds as it is; the repository's own may only tighten the
 * person's ceilings, unless they allowed this very text.
 * @throws FactoryError 'bad-input' when the file cannot be read or is not a policy.
 */
export async function settlePolicy(
  request: Pick<RunRequest, 'workspace' | 'policy' | 'allowedPolicy'>,
  limits: UserLimits,
): Promise<SettledPolicy> {
  if (request.policy !== undefined) {
    const own = parsePolicy(await read(request.policy), request.policy);
    return { policy: { ...own, network: sealNetwork(own.network, personsOwn, request.policy) }, refused: [] };
  }
  const ceilings = ceilingsOf(limits);
  const file = path.join(request.workspace, '.factory', 'policy.yaml');
  const text = await read(file).catch((error: unknown) => {
    if (error instanceof FactoryError && codeOf(error.cause) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) {
    const network = sealNetwork(defaultPolicy.network, limits, file);
    return { policy: { ...tighten(defaultPolicy, ceilings), network }, refused: [] };
  }
  const asked = parsePolicy(text, file);
  const policy = { ...asked, network: sealNetwork(asked.network, limits, file) };
  const digest = createHash('sha256').update(text).digest('hex');
  if (digest === request.allowedPolicy) return { policy, refused: [], digest };
  const held = tighten(policy, ceilings);
  return { policy: held, refused: asksBeyond(policy, held), digest };
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new FactoryError('bad-input', `The policy ${file} could not be read.`, {
      hint: 'Check its path and rights; one other than .factory/policy.yaml is given with --policy.',
      cause: error,
    });
  }
}
