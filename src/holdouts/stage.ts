import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { removeTree } from '../files/tree';
import { startServices } from '../sandbox/services';
import type { Pod } from '../sandbox/types';
import { plainTwinName } from '../shared/twinNames';
import { documentFor } from '../twins/documents';
import type { Fault, TwinHandle, TwinPlan, TwinSetup } from '../twins/types';
import { canaryValue, carriedCanary } from './canaries';
import { gitHistory } from './gitHistory';
import { fillDeep, fillText, placeholdersIn, type Values } from './placeholders';
import { withRedirect } from '../twins/redirect/environment';
import { probe } from './probeClient';
import type { Given } from './scenarioSchema';
import type { JudgeContext, Look, OpenScenario, Trouble } from './types';

const run = promisify(execFile);

/** Where things are, inside the judging pod. */
export interface Places {
  /** The candidate. */
  root: string;
  /** The scenario's own folder, in which programs start. */
  scenario: string;
  tmp: string;
}

/** Everything one judging works with; nothing of it is shared with another. */
export interface Stage {
  pod: Pod;
  places: Places;
  /**
   * Sources of mounts: of `places.scenario` and `places.tmp`, of the folder that a suite has at the same place in a
   * sandbox of its own, which only the pod sees, and of the socket by which that asks for the program.
   */
  sources: { scenario: string; tmp: string; suite: string; socket: string };
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
 * Sets the stage, lets `work` play on it, and clears it away: a new pod with a copy of the candidate, new folders, new
 * twins, a new port.
 * @throws StageTrouble when the set-up fails before the candidate ran
 */
export async function onStage<T>(
  open: OpenScenario,
  context: JudgeContext,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const dirs: string[] = [];
  let pod: Pod | undefined;
  try {
    const folders = await during('files', () => makeFolders(context, dirs));
    const places = placesFor(context.look, open);
    const plan = await during('twins', () =>
      context.planTwins(context.spec.twins, {
        folder: folders.sockets,
        programs: context.sandbox.programsOnHost,
        control: false,
      }),
    );
    const opened = await during('sandbox', () => openPod(context, folders, places, plan));
    pod = opened;
    return await work(await setUp(opened, open, context, places, { folders, plan }));
  } finally {
    try {
      await pod?.close();
    } finally {
      // What cannot be removed here says nothing about the candidate, and goes with the folders it lies in.
      await Promise.allSettled(dirs.map(removeTree));
    }
  }
}

interface Folders {
  candidate: string;
  home: string;
  /** Holds the next two, and the home when it begins empty, in memory. */
  memory: string;
  scenario: string;
  tmp: string;
  suite: string;
  sockets: string;
}

/** @param made gets every folder that has to be removed, also when not all could be made */
async function makeFolders(
  { candidate, shared, home, copies, scratch, look, signal }: JudgeContext,
  made: string[],
): Promise<Folders> {
  const own = async (parent: string) => {
    await mkdir(parent, { recursive: true });
    const dir = await mkdtemp(path.join(parent, 'j-'));
    made.push(dir);
    return dir;
  };
  const copyOf = async (folder: string) => {
    const copy = path.join(await own(copies), 'c');
    await run('cp', ['-a', '--reflink=auto', folder, copy], { signal });
    if (look.dated !== undefined) {
      const touch = ['-exec', 'touch', '-h', '-d', look.dated, '{}', '+'];
      await run('find', [copy, ...touch], { signal });
    }
    return copy;
  };
  const dir = await own(scratch);
  const memory = path.join(dir, 'm');
  const empty = path.join(memory, 'home');
  const folders = {
    memory,
    scenario: path.join(memory, 'scenario'),
    tmp: path.join(memory, 'tmp'),
    suite: path.join(memory, 'suite'),
    sockets: path.join(dir, 's'),
  };
  for (const folder of [...Object.values(folders), ...(home === undefined ? [empty] : [])]) {
    await mkdir(folder);
  }
  return {
    ...folders,
    candidate: shared && !look.writable && !look.dated ? candidate : await copyOf(candidate),
    home: home === undefined ? empty : await copyOf(home),
  };
}

/**
 * Names as `mktemp -d` makes them, so that nothing tells a judging by its folders. The one a program works in is named
 * by the canary that every scenario carries.
 */
function placesFor({ root, folders }: Look, { canarySeed }: OpenScenario): Places {
  const named = (name: string) => path.posix.join(folders, `tmp.${name}`);
  return { root, scenario: named(carriedCanary(canarySeed)), tmp: named(randomBytes(5).toString('hex')) };
}

function openPod(
  { sandbox, toolchain, look }: JudgeContext,
  folders: Folders,
  places: Places,
  plan: TwinPlan,
): Promise<Pod> {
  return sandbox.openPod({
    worktree: { host: folders.scenario, inside: places.scenario, writable: true },
    home: folders.home,
    mounts: [
      { host: folders.candidate, inside: places.root, writable: look.writable },
      { host: folders.tmp, inside: places.tmp, writable: true },
      ...(toolchain?.mounts ?? []),
      ...plan.mounts,
    ],
    env: { ...toolchain?.env, ...look.env },
    memory: folders.memory,
    ...(look.hostname === undefined ? {} : { hostname: look.hostname }),
  });
}

async function setUp(
  pod: Pod,
  open: OpenScenario,
  context: JudgeContext,
  places: Places,
  { folders, plan }: { folders: Folders; plan: TwinPlan },
): Promise<Stage> {
  const { given } = open.scenario;
  const { spec, signal } = context;
  const port = String(randomInt(20_000, 60_000));
  const values: Record<string, string | readonly string[]> = {
    base: `http://127.0.0.1:${port}`,
    port,
    root: places.root,
    tmp: places.tmp,
    ...canariesIn(open),
  };
  if (spec.commands.program) {
    values.program = await during('environment', () =>
      programArgv(spec.commands.program ?? [], context, values),
    );
  }
  const { twins: started, env: redirect } = await during('twins', () =>
    plan.start(pod, twinSetups(given, values, context)),
  );
  const twins = new Map(started.map((twin) => [twin.name, twin]));
  for (const [name, twin] of twins) {
    for (const [key, value] of Object.entries(twin.values)) values[`twin.${name}.${key}`] = value;
  }
  Object.assign(values, await during('services', () => startServices(pod, spec.services)));
  const { scenario, tmp, suite } = folders;
  const sources = { scenario, tmp, suite, socket: path.join(folders.sockets, 'program') };
  const stage = { pod, places, sources, twins, values };
  if (given.git) await during('git', () => makeHistory(stage, given.git ?? [], signal));
  if (given.files) await during('files', () => writeFiles(stage, given.files ?? {}, context));
  const env = await during('environment', () =>
    withRedirect(redirect, {
      // Only for servers: what is not one could tell by it that it is judged.
      ...(spec.commands.start ? { PORT: port } : {}),
      ...filled(spec.env, values),
      ...filled(given.env ?? {}, values),
    }),
  );
  return { ...stage, env };
}

function canariesIn({ scenario, canarySeed }: OpenScenario): Record<string, string> {
  const names = placeholdersIn(JSON.stringify(scenario)).filter((name) => name.startsWith('canary.'));
  return Object.fromEntries(
    names.map((name) => [name, canaryValue(canarySeed, name.slice('canary.'.length))]),
  );
}

/** The program runs in the scenario's folder, so arguments that are files of the candidate become absolute. */
function programArgv(
  program: readonly string[],
  { candidate, look }: JudgeContext,
  values: Values,
): string[] {
  return program.map((item, index) => {
    const text = fillText(item, values);
    const searched = index === 0 && !text.includes('/');
    if (searched || path.isAbsolute(text)) return text;
    const found = lstatSync(path.join(candidate, text), { throwIfNoEntry: false });
    return found && !found.isDirectory() ? path.posix.join(look.root, text) : text;
  });
}

function twinSetups(given: Given, values: Values, { spec, documents }: JudgeContext): TwinSetup[] {
  const asked = given.twins ?? {};
  const undeclared = Object.keys(asked).filter((name) => !spec.twins.map(plainTwinName).includes(name));
  if (undeclared.length > 0) throw new Error('the scenario sets up a twin that the spec does not declare');
  return spec.twins.map((name) => {
    const { seed, faults } = asked[plainTwinName(name)] ?? {};
    return {
      name,
      ...documentFor(name, documents),
      ...(seed === undefined ? {} : { seed: fillDeep(seed, values) }),
      ...(faults === undefined ? {} : { faults: fillDeep(faults, values) as Fault[] }),
    };
  });
}

async function makeHistory(
  { pod, places }: Pick<Stage, 'pod' | 'places'>,
  commits: NonNullable<Given['git']>,
  signal: AbortSignal,
): Promise<void> {
  const script = 'git init -q -b main && git fast-import --quiet && git reset -q --hard main';
  const { exit } = await pod.run({
    argv: ['bash', '-ceu', script],
    cwd: places.scenario,
    env: {},
    stdin: gitHistory(commits),
    timeoutMs: 60_000,
    signal,
  });
  if (exit !== 0) throw new Error('git refused the history');
}

/** Through the probe, because the folder is the pod's alone; before the candidate runs, so no link is in the way. */
async function writeFiles(
  { pod, places, sources, values }: Pick<Stage, 'pod' | 'places' | 'sources' | 'values'>,
  files: NonNullable<Given['files']>,
  { sandbox, signal }: JudgeContext,
): Promise<void> {
  const texts: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    const text = typeof file === 'string' ? file : file.text;
    texts[name] = typeof file !== 'string' && file.template ? fillText(text, values) : text;
  }
  const mounts = [{ host: sources.scenario, inside: places.scenario, writable: true }];
  const request = { op: 'write', root: places.scenario, files: texts } as const;
  const { ok } = await probe({ pod, sandbox, signal, mounts }, request);
  if (!ok) throw new Error('the files could not be written');
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
