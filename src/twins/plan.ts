import { randomBytes, randomInt } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createAuthority } from '../sandbox/authority';
import type { Pod } from '../sandbox/types';
import { plainTwinName } from '../shared/twinNames';
import { catalogued } from './catalogue';
import { hostsVariable, writeHosts, type HostMap } from './redirect/hosts';
import { startTwin } from './start';
import type { PlanTwins, PodTwins, TwinPlanOptions, TwinSetup } from './types';

/** Where programs in the pod find the certificate that vouches for the twins, and the preload for Node. */
const trustInside = '/opt/twins';
const certificateFile = 'ca.pem';
const preloadFile = 'redirect.js';
/** Ports of a pod that neither the system hands out nor a scenario's server gets. */
const ports = { first: 10_000, end: 20_000 };

/** Different free ports of a pod that has none in use yet. */
function choosePorts(count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(randomInt(ports.first, ports.end));
  return [...chosen];
}

/** `HTTPS_PROXY` for most programs, a preload for Node's, whose `fetch` knows no proxy unless it is told. */
function redirectEnv(hosts: HostMap, proxyPort: number): Record<string, string> {
  const proxy = `http://127.0.0.1:${proxyPort}`;
  const certificate = path.posix.join(trustInside, certificateFile);
  const direct = 'localhost,127.0.0.1,::1';
  return {
    [hostsVariable]: writeHosts(hosts),
    NODE_OPTIONS: `--require=${path.posix.join(trustInside, preloadFile)}`,
    ...{ HTTPS_PROXY: proxy, https_proxy: proxy, NO_PROXY: direct, no_proxy: direct },
    ...{ NODE_EXTRA_CA_CERTS: certificate, SSL_CERT_FILE: certificate },
    ...{ REQUESTS_CA_BUNDLE: certificate, CURL_CA_BUNDLE: certificate },
  };
}

/** The variable that tells visible tests where a twin is controlled. */
const controlVariable = (name: string): string =>
  `${plainTwinName(name)
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')}_TWIN_CONTROL`;

/**
 * Plans the twins of a pod: their ports, what leads their real hosts to them, and a certificate authority of their own,
 * whose key is dropped as soon as it has signed the one certificate they need.
 */
export const planTwins: PlanTwins = async (names, options) => {
  if (names.length === 0) {
    return { mounts: [], start: async () => Promise.resolve({ twins: [], env: {}, control: {} }) };
  }
  const authority = createAuthority();
  const trust = path.join(options.folder, 'trust');
  await mkdir(trust);
  await writeFile(path.join(trust, certificateFile), authority.certificate, { mode: 0o644 });
  await copyFile(path.join(options.programs, preloadFile), path.join(trust, preloadFile));
  return {
    mounts: [{ host: trust, inside: trustInside, writable: false }],
    start: (pod, setups, onRefused) =>
      startTwins(pod, setups, options, { serverOf: authority.serverOf, onRefused }),
  };
};

async function startTwins(
  pod: Pod,
  setups: readonly TwinSetup[],
  { folder, control: controlled }: TwinPlanOptions,
  shared: {
    serverOf: (...hosts: string[]) => { key: string; cert: string };
    onRefused: ((host: string) => void) | undefined;
  },
): Promise<PodTwins> {
  const [proxyPort = 0, ...free] = choosePorts(1 + 2 * setups.length);
  const placed = setups.map((setup, index) => ({
    setup,
    port: free[2 * index] ?? 0,
    control: { port: free[2 * index + 1] ?? 0, secret: randomBytes(16).toString('hex') },
  }));
  const hosts = placed.flatMap(({ setup, port }) =>
    (setup.document ?? catalogued(setup.name)).hosts.map((host): [string, number] => [host, port]),
  );
  const redirect = { port: proxyPort, hosts, ...shared.serverOf(...hosts.map(([host]) => host)) };
  const twins = await Promise.all(
    placed.map(({ setup, port, control }, index) => {
      const first = index === 0 ? { redirect, onRefused: shared.onRefused } : {};
      return startTwin(pod, { ...setup, ...first, port, ...(controlled ? { control } : {}) }, folder);
    }),
  );
  const control = placed.map(({ setup, control: { port, secret } }) => [
    controlVariable(setup.name),
    `http://127.0.0.1:${port}/${secret}`,
  ]);
  return {
    twins,
    env: redirectEnv(hosts, proxyPort),
    control: controlled ? (Object.fromEntries(control) as Record<string, string>) : {},
  };
}
