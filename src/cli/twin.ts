import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { FactoryError, messageOf } from '../shared/errors';
import { twinCatalogue } from '../twins/catalogue';
import { startLocalTwin } from '../twins/local';
import { one, portOf, readWords, text } from './options';
import { programsFolder } from './programs';

const usage = 'dark-factory twin NAME [--port N] [--seed FILE]';

/** `twin NAME`: serves one twin on a loopback port until Ctrl-C, and prints what clients need. */
export async function twinCommand(args: string[]): Promise<number> {
  const words = readWords(args, { port: { type: 'string' }, seed: { type: 'string' } }, usage);
  const name = one(words, 'twin', usage);
  const seedFile = text(words, 'seed');
  const twin = await startLocalTwin(programsFolder(), {
    name,
    port: portOf(words),
    ...(seedFile === undefined ? {} : { seed: await readSeed(seedFile) }),
  });
  const entry = twinCatalogue.find((one) => one.name === name);
  process.stdout.write(`The ${name} twin listens on ${twin.values['url']}; Ctrl-C ends it. Clients need:\n`);
  for (const [variable, value] of Object.entries(entry?.variables ?? {})) {
    process.stdout.write(`${variable}=${twin.values[value]}\n`);
  }
  process.stdout.write(`It is controlled below ${twin.values['control']}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await twin.stop();
  return 0;
}

/** @throws FactoryError 'bad-input' when it is not JSON. */
async function readSeed(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path.resolve(file), 'utf8'));
  } catch (error) {
    throw new FactoryError('bad-input', `The seed ${file} is not usable: ${messageOf(error)}`, {
      hint: 'Give a JSON file with the state the twin starts from.',
      cause: error,
    });
  }
}
