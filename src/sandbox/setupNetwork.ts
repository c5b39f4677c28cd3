import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError, messageOf } from '../shared/errors';
import { createAuthority, javaStorePassword } from './authority';
import { openSetupProxy, type SetupProxyOptions } from './setupProxy';
import { temporaryFolder } from './temporary';
import type { Mount, Pod, Sandbox } from './types';

/** Where a setup sees what it needs for its way out. */
const inside = {
  relay: '/setup/relay.js',
  socket: '/setup/proxy',
  certificate: '/setup/ca.pem',
  javaStore: '/setup/ca.jks',
  npmrc: '/setup/npmrc',
} as const;
const patienceMs = 10_000;

/** A pod's way to the registries, and what its commands must know of it. */
export interface SetupNetwork {
  env: Record<string, string>;
  mounts: Mount[];
  /** Hosts that could not be reached and of which nothing was kept. */
  unreachable(): string[];
  close(): Promise<void>;
}

export type SetupNetworkOptions = Omit<SetupProxyOptions, 'socket' | 'authority'> & {
  /** Our `relay.js` on the host. */
  relay: string;
  /** What npm and its like read as the person's own `.npmrc`; absent or empty for none. */
  npmrc?: string;
};

/**
 * Gives a pod the way to the registries that `options` describe, and to nothing else: a port of its loopback, from
 * which a relay carries bytes to the host's proxy. The relay sees one socket file and nothing of the pod's work.
 * @throws FactoryError `environment` when the relay does not start.
 */
export async function openSetupNetwork(
  sandbox: Sandbox,
  pod: Pod,
  options: SetupNetworkOptions,
): Promise<SetupNetwork> {
  const folder = temporaryFolder();
  const files = {
    socket: path.join(folder, 'proxy'),
    pem: path.join(folder, 'pem'),
    jks: path.join(folder, 'jks'),
    npmrc: path.join(folder, 'npmrc'),
  };
  const { npmrc = '' } = options;
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const authority = createAuthority();
    await writeFile(files.pem, authority.certificate);
    await writeFile(files.jks, authority.javaStore);
    if (npmrc !== '') await writeFile(files.npmrc, npmrc);
    const proxy = await openSetupProxy({ ...options, socket: files.socket, authority });
    try {
      const port = await startRelay(sandbox.node, pod, [
        { host: options.relay, inside: inside.relay, writable: false },
        { host: files.socket, inside: inside.socket, writable: false },
      ]);
      return {
        env: { ...environment(port), ...(npmrc === '' ? {} : { npm_config_userconfig: inside.npmrc }) },
        mounts: [
          ...(npmrc === '' ? [] : [{ host: files.npmrc, inside: inside.npmrc, writable: false }]),
          { host: files.pem, inside: inside.certificate, writable: false },
          { host: files.jks, inside: inside.javaStore, writable: false },
        ],
        unreachable: () => proxy.unreachable(),
        async close() {
          try {
            await proxy.close();
          } finally {
            await remove();
          }
        },
      };
    } catch (error) {
      await proxy.close();
      throw error;
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

/** @returns the port on the pod's loopback. The relay ends with the pod. */
async function startRelay(node: string, pod: Pod, mounts: Mount[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const fail = (reason: string) =>
    reject(
      new FactoryError('environment', `The setup's way to the registries could not be opened: ${reason}.`, {
        hint: '`dark-factory doctor` checks the sandbox.',
      }),
    );
  const said: string[] = [];
  const timer = setTimeout(() => fail(`it was not ready after ${patienceMs / 1000} s`), patienceMs);
  try {
    const relay = await pod.spawn({
      argv: [node, inside.relay, inside.socket],
      cwd: '/',
      env: {},
      isolated: true,
      mounts,
      onLine(line) {
        if (/^\d+$/.test(line)) resolve(Number(line));
        else said.push(line);
      },
    });
    relay.exited.then(
      () => fail(['the relay ended', ...said.slice(-3)].join(' ')),
      (error: unknown) => fail(messageOf(error)),
    );
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** What package managers of all kinds read to find the proxy, and to trust it and no one else. */
function environment(port: number): Record<string, string> {
  const proxy = `http://127.0.0.1:${port}`;
  const { certificate } = inside;
  const java = [
    ...['http', 'https'].flatMap((kind) => [`-D${kind}.proxyHost=127.0.0.1`, `-D${kind}.proxyPort=${port}`]),
    ...['-Dhttp.nonProxyHosts=', `-Djavax.net.ssl.trustStore=${inside.javaStore}`],
    ...['-Djavax.net.ssl.trustStoreType=JKS', `-Djavax.net.ssl.trustStorePassword=${javaStorePassword}`],
    ...['-Dmaven.resolver.transport=wagon', '-Djava.net.useSystemProxies=false'],
  ];
  return {
    ...Object.fromEntries(
      ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map((name) => [name, proxy]),
    ),
    ...{ no_proxy: '', NO_PROXY: '', NODE_USE_ENV_PROXY: '1' },
    ...Object.fromEntries(certificateVariables.map((name) => [name, certificate])),
    ...{ npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' },
    ...{ PIP_DISABLE_PIP_VERSION_CHECK: '1', GOTOOLCHAIN: 'local', JAVA_TOOL_OPTIONS: java.join(' ') },
  };
}

const certificateVariables = [
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'PIP_CERT'],
  ...['npm_config_cafile', 'YARN_HTTPS_CA_FILE_PATH', 'CARGO_HTTP_CAINFO', 'GIT_SSL_CAINFO', 'DENO_CERT'],
];
