import { createHash } from 'node:crypto';
import { readRecordingHeader, writeRecordingHeader } from '../models/recording';
import { FactoryError } from '../shared/errors';
import type { Role } from '../shared/events';
import type { Source } from '../shared/source';
import type { Spec } from '../shared/spec';

type Models = Record<Role, string>;

/**
 * Binds a recording to its spec when it begins, and checks the bond when it is replayed.
 * @returns the models of the run: a replay has those it was recorded with.
 * @throws FactoryError 'bad-input' when there is no recording or it was made for another spec.
 */
export async function bindRecording(source: Source, spec: Spec, models: Models): Promise<Models> {
  if (source.kind === 'anthropic') return models;
  const digest = createHash('sha256').update(spec.text).digest('hex');
  if (source.kind === 'record') {
    await writeRecordingHeader(source.dir, { version: 1, spec: digest, models });
    return models;
  }
  const header = await readRecordingHeader(source.dir);
  if (header.spec === digest) return { ...models, ...header.models };
  throw new FactoryError(
    'bad-input',
    `The recording in ${source.dir} was made for another text of ${spec.path}.`,
    {
      hint: 'Undo the changes to the spec, or run it live.',
    },
  );
}
