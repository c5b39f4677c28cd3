import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { FactoryError, messageOf } from '../shared/errors';
import { twinDocument } from '../shared/twinNames';
import { twinCatalogue } from '../twins/catalogue';
import { startLocalTwin } from '../twins/local';
import type { Node } from '../twins/openapi/node';
import { packDocument } from '../twins/openapi/pack';
import type { TwinDocument } from '../twins/types';
import { one, portOf, readWords, text } from './options';
import { programsFolder } from './programs';

const usage = 'dark-factory twin NAME|openapi:FILE [--port N] [--seed FILE]';

/** `twin NAME`, `twin openapi:FILE`: serves one twin on a loopback port until Ctrl-C, and prints what clients need. */
export async function twinCommand(args: string[]): Promise<number> {
  const words = readWords(args, { port: { type: 'string' }, seed: { type: 'string' } }, usage);
  const name = one(words, 'twin', usage);
  const seedFile = text(words, 'seed');
  const file = twinDocument(name);
  const document = file === undefined ? undefined : await readDocument(file);
  const twin = await startLocalTwin(programsFolder(), {
    name,
    ...(document ? { document } : {}),
    port: portOf(words),
    ...(seedFile === undefined ? {} : { seed: await readSeed(seedFile) }),
  });
  const entry = twinCatalogue.find((one) => one.name === name);
  if (document) await tellInferred(document);
  process.stdout.write(
    `The ${twin.name} twin listens on ${twin.values['url']}; Ctrl-C ends it. Clients need:\n`,
  );
  for (const [variable, value] of Object.entries(entry?.variables ?? { API_TOKEN: 'token' })) {
    process.stdout.write(`${variable}=${twin.values[value]}\n`);
  }
  process.stdout.write(`It is controlled below ${twin.values['control']}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await twin.stop();
  return 0;
}

/** @throws FactoryError 'bad-input' when it cannot be read, or is no OpenAPI document. */
async function readDocument(file: string): Promise<TwinDocument> {
  try {
    return packDocument(await readFile(path.resolve(file), 'utf8'), file);
  } catch (error) {
    if (error instanceof FactoryError) throw error;
    throw new FactoryError('bad-input', `The document ${file} could not be read: ${messageOf(error)}`, {
      hint: 'Give an OpenAPI document, as a path from this folder.',
      cause: error,
    });
  }
}

async function tellInferred({ text: packed }: TwinDocument): Promise<void> {
  const [{ readModel }, { reportOf, reportText }] = await Promise.all([
    import('../twins/openapi/model'),
    import('../twins/openapi/report'),
  ]);
  process.stdout.write(reportText(reportOf(readModel(JSON.parse(packed) as Node))));
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
