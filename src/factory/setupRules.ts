import os from 'node:os';
import path from 'node:path';
import { getProxyForUrl } from 'proxy-from-env';
import { blobSizes, governedFiles, readBlobs } from '../workspace/governed';
import type { FactoryRepo } from '../workspace/repository';
import { authorizer, readUserRegistries } from './setupCredentials';
import type { NetworkPolicy } from './setupHosts';
import { detectRegistries, registryFiles, type SealedFile } from './setupRegistries';
import type { FactoryHost } from './types';

/** What the setups of one run may reach and do. It comes from the sealed snapshot and the person, never from agents. */
export interface SetupRules {
  /** Origins that may be asked. */
  allowed: ReadonlySet<string>;
  /** Those of them that may lie on this machine or in its network. */
  inner: ReadonlySet<string>;
  /** The person's own registries for npm and its like, as a `.npmrc` without credentials. */
  npmrc: string;
  /** The person's own proxy for a request, by the environment; empty for none. */
  proxyFor: (this: void, url: URL) => string;
  /** Packages may run scripts of their own. */
  scripts: boolean;
  authorize: (this: void, url: URL) => string | undefined;
  trust: readonly string[];
  /** Our `relay.js` on the host. */
  relay: string;
  /** Folder of what registries answered, kept for all runs. */
  cache: string;
}

/** Lock files of large projects have some MiB. */
const largestFile = 16 * 1024 ** 2;
const largestAll = 64 * 1024 ** 2;

export async function setupRules(
  host: Pick<FactoryHost, 'store' | 'programs'>,
  repo: FactoryRepo,
  network: NetworkPolicy,
): Promise<SetupRules> {
  const { origins, names, usesNpm } = detectRegistries(await sealedFiles(repo));
  const { credentials, trust, npm } = await readUserRegistries(os.homedir(), process.env);
  const own = usesNpm ? [...npm.values()].map(({ origin }) => origin) : [];
  const detected = network.registries === 'detected' ? [...origins, ...own] : [];
  return {
    allowed: new Set([...detected, ...network.allow]),
    inner: new Set([...network.named, ...own]),
    npmrc: [...npm].map(([what, { href }]) => `${what}=${href}\n`).join(''),
    proxyFor: ({ href }) => getProxyForUrl(href),
    scripts: network.scripts,
    authorize: authorizer(credentials, names),
    trust,
    relay: path.join(host.programs, 'relay.js'),
    cache: path.join(host.store, 'registries'),
  };
}

/** The files of the snapshot that tell of registries; of links and what is too large only that they are there. */
export async function sealedFiles(repo: FactoryRepo): Promise<SealedFile[]> {
  const found = await governedFiles(repo, repo.snapshot, registryFiles);
  const files = found.filter(({ mode }) => mode.startsWith('100'));
  const sizes = await blobSizes(
    repo,
    files.map(({ blob }) => blob),
  );
  let left = largestAll;
  const fitting = files.filter((_, at) => {
    const size = sizes[at]!;
    if (size > Math.min(largestFile, left)) return false;
    left -= size;
    return true;
  });
  const contents = await readBlobs(
    repo,
    fitting.map(({ blob }) => blob),
  );
  const texts = new Map(fitting.map(({ path: file }, at) => [file, contents[at]!.toString()]));
  return found.map(({ path: file }) => ({ path: file, text: texts.get(file) ?? '' }));
}
