// The twin program: one twin on a port inside a pod, its control plane on a unix socket.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { FactoryError } from '../shared/errors';
import { checkedJson } from './check';
import { controlApp, failureOf } from './control';
import { twinConfigSchema, type TwinConfig, type TwinLine } from './protocol';
import { listen, serveControl, serveService } from './serve';
import { openTwin } from './services';

function say(line: TwinLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function readConfig(): Promise<TwinConfig> {
  const hint = 'Start twins with `dark-factory twin`.';
  for await (const line of createInterface({ input: process.stdin })) {
    return checkedJson(twinConfigSchema, line, {
      what: 'configuration of the twin',
      code: 'bad-input',
      hint,
    });
  }
  throw new FactoryError('bad-input', 'The twin got no configuration on standard input.', { hint });
}

/** Loaded only where a pod needs it, for it brings TLS along. */
async function serveRedirect({ port, ...options }: NonNullable<TwinConfig['redirect']>): Promise<void> {
  const { createRedirect } = await import('./redirect/proxy');
  const server = createRedirect({ ...options, onRefused: (refused) => say({ refused }) });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function main(): Promise<void> {
  const { name, port, document, seed, faults, socket, control, redirect, endsWithInput, rateLimits } =
    await readConfig();
  if (endsWithInput) process.stdin.on('end', () => process.exit()).resume();
  const opened = await openTwin(name, {
    ...{ seed, faults, onCall: (call) => say({ call }) },
    ...(document === undefined ? {} : { document }),
    ...(rateLimits === undefined ? {} : { rateLimits }),
  });
  await listen(controlApp(opened.twin), { path: socket });
  const controlled = control && (await serveControl(opened.twin, control));
  if (redirect) await serveRedirect(redirect);
  const { values } = await serveService(opened, port);
  say({ ready: { ...values, ...(controlled ? { control: controlled.url } : {}) } });
}

// Whatever a client sends, the twins of a pod go on.
process.on('uncaughtException', (error) => console.error(error));
main().catch((error: unknown) => {
  say({ failure: failureOf(error) });
  process.exitCode = 1;
});
