import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSpec } from '../../../src/spec/parse';

const sample = path.resolve('media/samples/changelog');

export const workspace = path.join(sample, 'workspace');
export const holdouts = path.join(sample, 'holdouts');

/** The sample's spec and what the parser says about it. */
export function readSample(): ReturnType<typeof parseSpec> {
  const name = 'changelog.spec.md';
  return parseSpec(readFileSync(path.join(workspace, name), 'utf8'), name);
}
