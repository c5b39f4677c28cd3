import { parse as parseYaml } from 'yaml';
import { FactoryError, messageOf } from '../../shared/errors';
import type { TwinDocument } from '../types';
import { isNode, textOf, type Node, written } from './node';
import { repair, repairsKey } from './repair';
import { hostsOf } from './servers';
import { fromSwagger } from './swagger';

/** Bytes of a document; the largest public ones have 13 MB. */
const maxSize = 32 * 1024 * 1024;

/**
 * Makes of a document (JSON or YAML; OpenAPI 3.0, 3.1 or Swagger 2.0) what a twin is started with: JSON in the shape of
 * OpenAPI 3, repaired, without prose.
 * @param file its name, for messages
 * @throws FactoryError 'bad-input' when it is no such document
 */
export function packDocument(text: string, file: string): TwinDocument {
  if (Buffer.byteLength(text) > maxSize) throw unusable(file, `it has more than ${maxSize / 1024 / 1024} MB`);
  const read = parse(text, file);
  const version = textOf(read, 'openapi') ?? written(read['swagger'] ?? '');
  if (!/^(2\.0|3\.[01])(\.|$)/.test(version)) {
    throw unusable(file, 'it is neither OpenAPI 3.0 or 3.1 nor Swagger 2.0');
  }
  if (!isNode(read['paths'])) throw unusable(file, 'it has no `paths`');
  const { document, repairs } = repair(version.startsWith('2') ? fromSwagger(read) : read);
  return { text: JSON.stringify({ ...document, [repairsKey]: repairs }), hosts: hostsOf(document) };
}

function unusable(file: string, why: string, cause?: unknown): FactoryError {
  return new FactoryError('bad-input', `No twin can be made from ${file}: ${why}.`, {
    hint: 'Give an OpenAPI document (3.0, 3.1 or 2.0) as JSON or YAML.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function parse(text: string, file: string): Node {
  let value: unknown;
  try {
    value = /^\s*\{/.test(text) ? JSON.parse(text) : parseYaml(text, { prettyErrors: false });
  } catch (error) {
    throw unusable(file, messageOf(error).replace(/\.$/, ''), error);
  }
  if (!isNode(value)) throw unusable(file, 'it holds no object');
  return value;
}
