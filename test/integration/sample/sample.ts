import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readTurns } from '../../../src/models/recording';
import { parseSpec } from '../../../src/spec/parse';
import { type Answer, byAgent, type Script, type ScriptBlock } from '../../support/scriptedModel';

const sample = path.resolve('media/samples/changelog');

export const workspace = path.join(sample, 'workspace');
export const holdouts = path.join(sample, 'holdouts');
export const recording = path.join(sample, 'recording');

/** The sample's spec and what the parser says about it. */
export function readSample(): ReturnType<typeof parseSpec> {
  const name = 'changelog.spec.md';
  return parseSpec(readFileSync(path.join(workspace, name), 'utf8'), name);
}

/** The recording as the answers of an endpoint, so that requests can be counted there. */
export async function recordedScript(): Promise<Script> {
  const agents = globSync('*.jsonl', { cwd: recording }).map((file) => path.basename(file, '.jsonl'));
  const answers = await Promise.all(
    agents.map(async (agent): Promise<[string, Answer[]]> => {
      const turns = await readTurns(recording, agent);
      return [agent, turns.map(({ message }) => ({ content: message.content as ScriptBlock[] }))];
    }),
  );
  return byAgent(Object.fromEntries(answers));
}
