import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { judgeScenario } from '../../../src/holdouts/judge';
import { parseScenario } from '../../../src/holdouts/scenario';
import type { SuiteFiles } from '../../../src/holdouts/suiteFiles';
import type { JudgeContext, OpenScenario, Verdict } from '../../../src/holdouts/types';
import { usualLook } from '../../../src/factory/judgingBench';
import { planTwins } from '../../../src/twins/plan';
import { openSandbox, temporaryFolder } from '../../support/sandbox';

export interface Performance {
  /** Files of the candidate by path. */
  candidate: Record<string, string>;
  spec?: Partial<JudgeContext['spec']>;
  /** YAML of everything after `covers`. */
  scenario: string;
  /** Files of its suite by path, all of them executable. */
  files?: Record<string, string>;
  signal?: AbortSignal;
  /** Changes a context that works. */
  context?: (context: JudgeContext) => JudgeContext;
}

/** Judges a small candidate in a real pod; whatever comes of it, no folder of the judging may be left. */
export async function perform(performance: Performance): Promise<Verdict> {
  const { candidate, spec, scenario, files, signal, context = (same) => same } = performance;
  const folder = temporaryFolder('judge');
  const root = path.join(folder, 'candidate');
  for (const [name, text] of Object.entries({ 'README.md': 'a candidate', ...candidate })) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  const scratch = path.join(folder, 's');
  const copies = path.join(folder, 'c');
  const sandbox = await openSandbox();
  try {
    return await judgeScenario(
      { ...openScenario(scenario), ...(files ? { files: sealedFiles(files) } : {}) },
      context({
        sandbox,
        candidate: root,
        spec: { commands: {}, env: {}, twins: [], services: {}, ...spec },
        planTwins,
        scratch,
        copies,
        look: usualLook,
        signal: signal ?? new AbortController().signal,
      }),
    );
  } finally {
    for (const dir of [scratch, copies]) assert.deepEqual(existsSync(dir) ? readdirSync(dir) : [], []);
  }
}

function sealedFiles(files: Record<string, string>): SuiteFiles {
  const sealed = ([name, text]: [string, string]) => [
    name,
    { data: Buffer.from(text).toString('base64'), executable: true },
  ];
  return Object.fromEntries(Object.entries(files).map(sealed)) as SuiteFiles;
}

export function openScenario(rest: string): OpenScenario {
  const read = parseScenario(`id: s\ncovers: [R1]\n${rest}`);
  assert.ok('scenario' in read, JSON.stringify(read));
  return {
    sealed: { id: 'H-aaaaaa', covers: ['R1'], half: 'feedback', weight: 1 },
    scenario: read.scenario,
    canarySeed: '00112233445566778899aabbccddeeff',
  };
}
