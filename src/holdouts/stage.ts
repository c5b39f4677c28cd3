import { randomInt } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Pod } from '../sandbox/types';
import type { Fault, TwinHandle } from '../twins/types';
import { canaryValue, carriedCanary } from './canaries';
import { gitHistory } from './gitHistory';
import { fillDeep, fillText, placeholdersIn, type Values } from './placeholders';
import type { Given } from './scenarioSchema';
import type { JudgeContext, OpenScenario, Trouble } from './types';

/** Where things appear inside the judging pod. */
export const inside = { root: '/workspace', scenario: '/scenario', tmp: '/scratch' } as const;

/** Everything one judging works with; nothing of it is shared with another. */
export interface Stage {
  pod: Pod;
  /** Host side of the scenario folder, read again through the probe only. */
  scenarioDir: string;
  tmpDir: string;
  twins: ReadonlyMap<string, TwinHandle>;
  values: Values;
  /** Environment of the candidate. */
  env: Record<string, string>;
}

/** A part of the set-up failed; the message of the cause may hold vault text and goes nowhere. */
export class StageTrouble extends Error {
  constructor(
    readonly trouble: Trouble,
    cause: unknown,
  ) {
    super(`the set-up failed: ${trouble}`, { cause });
  }
}

/**
 * Sets the stage, lets `work` play on it, and clears it away: a new pod with a new folder, new twins, a new port.
 * @throws StageTrouble when the set-up fails before the candidate ran
 */
export async function onStage<T>(
  open: OpenScenario,
  context: JudgeContext,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const dir = await during('files', async () => {
    await mkdir(context.scratch, { recursive: true });
    return mkdtemp(path.join(context.scratch, 'j-'));
  });
  let pod: Pod | undefined;
  try {
    const folders = await during('files', () => makeFolders(dir));
    const opened = await during('sandbox', () => openPod(context, folders));
    pod = opened;
    return await work(await setUp(opened, open, context, folders));
  } finally {
    await pod?.close();
    await removeTree(dir);
  }
}

interface Folders {
  scenario: string;
  tmp: string;
  home: string;
  sockets: string;
}

async function makeFolders(dir: string): Promise<Folders> {
  const folders = {
    scenario: path.join(dir, 'scenario'),
    tmp: path.join(dir, 'tmp'),
    home: path.join(dir, 'home'),
    sockets: path.join(dir, 's'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder);
  return folders;
}

function openPod({ sandbox, candidate, toolchain }: JudgeContext, folders: Folders): Promise<Pod> {
  return sandbox.openPod({
    worktree: { host: folders.scenario, inside: inside.scenario, writable: true },
    home: folders.home,
    mounts: [
      { host: candidate, inside: inside.root, writable: false },
      { host: folders.tmp, inside: inside.tmp, writable: true },
      ...(toolchain?.mounts ?? []),
    ],
    env: toolchain?.env ?? {},
  });
}

async function setUp(pod: Pod, open: OpenScenario, context: JudgeContext, folders: Folders): Promise<Stage> {
  const { given } = open.scenario;
  const { spec, signal } = context;
  const port = String(randomInt(20_000, 60_000));
  const values: Record<string, string | readonly string[]> = {
    base: `http://127.0.0.1:${port}`,
    port,
    root: inside.root,
    tmp: inside.tmp,
    ...canariesIn(open),
  };
  if (spec.commands.program) {
    values.program = await during('environment', () =>
      programArgv(spec.commands.program ?? [], context, values),
    );
  }
  const twins = await during('twins', () => startTwins(pod, given, values, context, folders.sockets));
  for (const [name, twin] of twins) {
    for (const [key, value] of Object.entries(twin.values)) values[`twin.${name}.${key}`] = value;
  }
  if (given.git) await during('git', () => makeHistory(pod, given.git ?? [], signal));
  await during('files', () => writeFiles(folders.scenario, given.files ?? {}, values));
  // Named by the canary that every scenario carries; the temporary folder itself is the sandbox's to name.
  const runtime = carriedCanary(open.canarySeed);
  await during('files', () => mkdir(path.join(folders.tmp, runtime), { mode: 0o700 }));
  const env = await during('environment', () => ({
    PORT: port,
    XDG_RUNTIME_DIR: path.posix.join(inside.tmp, runtime),
    ...filled(spec.env, values),
    ...filled(given.env ?? {}, values),
  }));
  return { pod, scenarioDir: folders.scenario, tmpDir: folders.tmp, twins, values, env };
}

function canariesIn({ scenario, canarySeed }: OpenScenario): Record<string, string> {
  const names = placeholdersIn(JSON.stringify(scenario)).filter((name) => name.startsWith('canary.'));
  return Object.fromEntries(
    names.map((name) => [name, canaryValue(canarySeed, name.slice('canary.'.length))]),
  );
}

/** The program runs in the scenario's folder, so arguments that are files of the candidate become absolute. */
function programArgv(program: readonly string[], { candidate }: JudgeContext, values: Values): string[] {
  return program.map((item, index) => {
    const text = fillText(item, values);
    const searched = index === 0 && !text.includes('/');
    if (searched || path.isAbsolute(text)) return text;
    const found = lstatSync(path.join(candidate, text), { throwIfNoEntry: false });
    return found && !found.isDirectory() ? path.posix.join(inside.root, text) : text;
  });
}

async function startTwins(
  pod: Pod,
  given: Given,
  values: Values,
  { spec, startTwin }: JudgeContext,
  sockets: string,
): Promise<Map<string, TwinHandle>> {
  const asked = given.twins ?? {};
  const undeclared = Object.keys(asked).filter((name) => !spec.twins.includes(name));
  if (undeclared.length > 0) throw new Error('the scenario sets up a twin that the spec does not declare');
  const twins = new Map<string, TwinHandle>();
  for (const name of spec.twins) {
    const { seed, faults } = asked[name] ?? {};
    const setup = {
      name,
      ...(seed === undefined ? {} : { seed: fillDeep(seed, values) }),
      ...(faults === undefined ? {} : { faults: fillDeep(faults, values) as Fault[] }),
    };
    twins.set(name, await startTwin(pod, setup, sockets));
  }
  return twins;
}

async function makeHistory(pod: Pod, commits: NonNullable<Given['git']>, signal: AbortSignal): Promise<void> {
  const script = 'git init -q -b main && git fast-import --quiet && git reset -q --hard main';
  const { exit } = await pod.run({
    argv: ['bash', '-ceu', script],
    cwd: inside.scenario,
    env: {},
    stdin: gitHistory(commits),
    timeoutMs: 60_000,
    signal,
  });
  if (exit !== 0) throw new Error('git refused the history');
}

/** Written before the candidate runs, so no link can be in the way. */
async function writeFiles(dir: string, files: NonNullable<Given['files']>, values: Values): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    const target = path.join(dir, name);
    await mkdir(path.dirname(target), { recursive: true });
    const text = typeof file === 'string' ? file : file.template ? fillText(file.text, values) : file.text;
    await writeFile(target, text);
  }
}

function filled(env: Record<string, string>, values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fillText(value, values)]));
}

async function during<T>(trouble: Trouble, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StageTrouble(trouble, error);
  }
}

/** Removes a folder in which a candidate may have taken away its own permissions. */
async function removeTree(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
  } catch {
    await makeWritable(dir);
    await rm(dir, { recursive: true, force: true });
  }
}

async function makeWritable(dir: string): Promise<void> {
  await chmod(dir, 0o700);
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  await Promise.all(folders.map((folder) => makeWritable(path.join(dir, folder.name))));
}
