// The twin program: one twin on a port inside a pod, its control plane on a unix socket.
import { once } from 'node:events';
import { FactoryError } from '../shared/errors';
import { checkedJson } from './check';
import { controlApp, failureOf } from './control';
import { twinConfigSchema, type TwinConfig, type TwinLine } from './protocol';
import { listen, loadAdaptor, serveControl, serveService } from './serve';
import { openTwin } from './services';

function say(line: TwinLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The first line of standard input; null when that ends before. */
function firstLine(): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const { stdin } = process;
    stdin.setEncoding('utf8');
    stdin.on('data', (part: string) => {
      text += part;
      if (part.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    stdin.on('end', () => resolve(text === '' ? null : text));
  });
}

async function readConfig(): Promise<TwinConfig> {
  const hint = 'Start twins with `dark-factory twin`.';
  const line = await firstLine();
  if (line === null)
    throw new FactoryError('bad-input', 'The twin got no configuration on standard input.', { hint });
  return checkedJson(twinConfigSchema, line, { what: 'configuration of the twin', code: 'bad-input', hint });
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
  // Whoever waited for this line is busy with it while the rest is loaded.
  await loadAdaptor();
}

// Whatever a client sends, the twins of a pod go on.
process.on('uncaughtException', (error) => console.error(error));
main().catch((error: unknown) => {
  say({ failure: failureOf(error) });
  process.exitCode = 1;
});

// In a package of CommonJS, esbuild takes what exports nothing for that, and wraps every module of its bundle.
export {};
