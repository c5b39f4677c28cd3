import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { resumeRun, startRun } from '../factory/factory';
import { readKept } from '../factory/kept';
import type { RunHandle } from '../factory/types';
import { exitCodes, FactoryError } from '../shared/errors';
import type { Outcome, Role } from '../shared/events';
import { reduce } from '../shared/reduce';
import { readJournal } from '../trace/tail';
import { findRun } from '../workspace/store';
import { containerOption, runInContainer } from './container';
import { hostOf, sourceOf } from './host';
import { one, readWords, storeOf, text, type Words } from './options';
import { showProgress } from './progress';
import { secretOf } from './secrets';

const runUsage =
  'dark-factory run SPEC [--workspace DIR] [--source anthropic|replay:DIR|record:DIR] [--holdouts DIR]';
const runOptions = {
  workspace: { type: 'string' },
  source: { type: 'string' },
  'base-url': { type: 'string' },
  role: { type: 'string', multiple: true },
  holdouts: { type: 'string' },
  policy: { type: 'string' },
  store: { type: 'string' },
  'key-fd': { type: 'string' },
  json: { type: 'boolean' },
  ...containerOption,
} as const;

const roles: readonly Role[] = ['planner', 'implementer', 'tester', 'debugger', 'judge'];

/** `run SPEC`: one run, live on the terminal. */
export async function runCommand(args: string[]): Promise<number> {
  const words = readWords(args, runOptions, runUsage);
  const spec = path.resolve(one(words, 'spec', runUsage));
  const policy = text(words, 'policy');
  const holdouts = text(words, 'holdouts');
  const workspace = path.resolve(text(words, 'workspace') ?? path.dirname(spec));
  const container = text(words, 'container');
  if (container !== undefined) return runContained(container, words, spec, workspace);
  const handle = await startRun(hostOf(words, storeOf(words)), {
    spec,
    workspace,
    source: sourceOf(words),
    models: modelsOf(words),
    ...(policy === undefined ? {} : { policy: path.resolve(policy) }),
    ...(holdouts === undefined ? {} : { holdouts: path.resolve(holdouts) }),
  });
  return follow(handle, words);
}

/** The same with absolute paths in a container, which sees them under the same names. */
function runContained(image: string, words: Words, spec: string, workspace: string): Promise<number> {
  const absolute = (name: string) => {
    const given = text(words, name);
    return given === undefined ? undefined : path.resolve(given);
  };
  const [policy, holdouts] = [absolute('policy'), absolute('holdouts')];
  const source = sourceOf(words);
  const recording = 'dir' in source ? source.dir : undefined;
  if (recording !== undefined && source.kind === 'record') mkdirSync(recording, { recursive: true });
  const values = {
    ...{ ...words.values, workspace, policy, holdouts },
    source: recording === undefined ? undefined : `${source.kind}:${recording}`,
  };
  return runInContainer(image, ['run', { values, positionals: [spec] }], {
    ...{ workspace, store: storeOf(words), readable: [policy, holdouts] },
    writable: recording === undefined ? [] : [recording],
  });
}

const resumeUsage = 'dark-factory resume RUN [--approve] [--source …] [--base-url URL]';

/** `resume RUN`: goes on with a run that was interrupted or waits for a person. */
export async function resumeCommand(args: string[]): Promise<number> {
  const { source, 'base-url': baseUrl, store, json, 'key-fd': keyFd } = runOptions;
  const options = {
    source,
    'base-url': baseUrl,
    store,
    json,
    'key-fd': keyFd,
    approve: { type: 'boolean' },
    ...containerOption,
  } as const;
  const words = readWords(args, options, resumeUsage);
  const root = storeOf(words);
  const run = await findRun(root, one(words, 'run', resumeUsage));
  const container = text(words, 'container');
  if (container !== undefined) {
    const { workspace } = await readKept(run.dir);
    return runInContainer(container, ['resume', words], { workspace, store: root });
  }
  const apiKey = secretOf('ANTHROPIC_API_KEY');
  const handle = await resumeRun(hostOf(words, root), run.dir, {
    approve: words.values['approve'] === true,
    ...(words.values['source'] === undefined ? {} : { source: sourceOf(words) }),
    ...(text(words, 'base-url') === undefined ? {} : { baseUrl: text(words, 'base-url')! }),
    ...(apiKey ? { apiKey } : {}),
  });
  return follow(handle, words);
}

function modelsOf(words: Words): Partial<Record<Role, string>> {
  const models: Partial<Record<Role, string>> = {};
  for (const given of [words.values['role'] ?? []].flat()) {
    const [role, model] = String(given).split('=', 2);
    const known = roles.find((name) => name === role);
    if (!known || !model) {
      throw new FactoryError('bad-input', `--role ${given} is not understood.`, {
        hint: `Write NAME=MODEL with one of ${roles.join(', ')}.`,
      });
    }
    models[known] = model;
  }
  return models;
}

const outcomeCodes: Record<Outcome, number> = {
  accepted: 0,
  rejected: 1,
  'needs-human': exitCodes['needs-human'],
  'over-budget': exitCodes['over-budget'],
  contaminated: exitCodes.contaminated,
  cancelled: exitCodes.cancelled,
  failed: exitCodes.failed,
};

/** Shows a run until it ends or waits; the first Ctrl-C cancels it. @returns the exit code of its outcome. */
async function follow(handle: RunHandle, words: Words): Promise<number> {
  const cancel = (): void => void handle.cancel();
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
  const progress = showProgress(handle, words.values['json'] === true);
  try {
    await handle.done;
  } finally {
    progress.end();
    process.removeListener('SIGINT', cancel);
    process.removeListener('SIGTERM', cancel);
  }
  const state = reduce(await readJournal(path.join(handle.dir, 'journal.jsonl')));
  if (state.outcome) return outcomeCodes[state.outcome.outcome];
  return exitCodes['needs-human'];
}
