// The twin program: one twin on a port inside a pod, its control plane on a unix socket.
import { createInterface } from 'node:readline';
import { FactoryError } from '../shared/errors';
import { checkedJson } from './check';
import { controlApp, failureOf } from './control';
import { twinConfigSchema, type TwinConfig, type TwinLine } from './protocol';
import { listen, serveService } from './serve';
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

async function main(): Promise<void> {
  const { name, port, seed, faults, socket } = await readConfig();
  const opened = await openTwin(name, { seed, faults, onCall: (call) => say({ call }) });
  await listen(controlApp(opened.twin), { path: socket });
  const { values } = await serveService(opened, port);
  say({ ready: values });
}

main().catch((error: unknown) => {
  say({ failure: failureOf(error) });
  process.exitCode = 1;
});
