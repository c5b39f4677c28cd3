import os from 'node:os';
import path from 'node:path';
import { readAt } from '../workspace/commits';
import { governedFiles } from '../workspace/governed';
import type { FactoryRepo } from '../workspace/repository';
import { authorizer, readUserRegistries } from './setupCredentials';
import type { NetworkPolicy } from './setupHosts';
import { detectRegistries, registryFiles } from './setupRegistries';
import type { FactoryHost } from './types';

/** What the setups of one run may reach and do. It comes from the sealed snapshot and the person, never from agents. */
export interface SetupRules {
  /** Origins that may be asked. */
  allowed: ReadonlySet<string>;
  /** Those of them that may lie on this machine or in its network. */
  inner: ReadonlySet<string>;
  /** Packages may run scripts of their own. */
  scripts: boolean;
  authorize: (this: void, url: URL) => string | undefined;
  trust: readonly string[];
  /** Our `relay.js` on the host. */
  relay: string;
  /** Folder of what registries answered, kept for all runs. */
  cache: string;
}

export async function setupRules(
  host: Pick<FactoryHost, 'store' | 'programs'>,
  repo: FactoryRepo,
  network: NetworkPolicy,
): Promise<SetupRules> {
  const files = await governedFiles(repo, repo.snapshot, registryFiles);
  const sealed = await Promise.all(
    files.map(async ({ path: file }) => ({
      path: file,
      text: (await readAt(repo, repo.snapshot, file)) ?? '',
    })),
  );
  const { origins, names } = detectRegistries(sealed);
  const { credentials, trust } = await readUserRegistries(os.homedir(), process.env);
  const detected = network.registries === 'detected' ? origins : [];
  return {
    allowed: new Set([...detected, ...network.allow]),
    inner: new Set(network.named),
    scripts: network.scripts,
    authorize: authorizer(credentials, names),
    trust,
    relay: path.join(host.programs, 'relay.js'),
    cache: path.join(host.store, 'registries'),
  };
}
