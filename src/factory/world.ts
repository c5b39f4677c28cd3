import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AgentWorld } from '../agents/checkpoints';
import { startServices } from '../sandbox/services';
import { temporaryFolder } from '../sandbox/temporary';
import type { Pod } from '../sandbox/types';
import type { Scope } from '../trace/journal';
import { plainTwinName } from '../shared/twinNames';
import { documentFor } from '../twins/documents';
import { planTwins } from '../twins/plan';
import { withRedirect } from '../twins/redirect/environment';
import type { TwinCall, TwinHandle, TwinSetup } from '../twins/types';
import { checkpoint, plainFiles } from '../workspace/checkpoint';
import { restoreGoverned } from '../workspace/governed';
import { addWorktree, removeWorktree, restore, type Worktree } from '../workspace/worktree';
import { resolveEnv } from './environment';
import { tellIncident } from './incidents';
import { latestEvent, type Run, scopeOf } from './run';
import { provideDependencies } from './setupDependencies';
import { workspaceInside } from './setup';

/** A pod with its twins, and the environment programs in it see. */
export interface TwinPod {
  pod: Pod;
  twins: TwinHandle[];
  env: Record<string, string>;
  /** Further variables for those who run visible tests: where the twins can be controlled. */
  control: Record<string, string>;
}

/** Folder of what is `/home/agent` in the pods of that name. */
export function homeOf(run: Run, name: string): string {
  return path.join(run.dir, 'homes', name);
}

/**
 * Opens a pod on a folder with the twins of the spec in it, and ends both when `work` is done.
 * `name` tells the owners of twin calls and home folders apart. An agent keeps its home from one process of the run
 * to the next; where a result is checked, whoever checks sees to it that nothing of an earlier one is there. In pods
 * that are not `judged`, visible tests may control the twins.
 */
export async function withPod<T>(
  run: Run,
  options: { name: string; folder: string; inside?: string; home?: string; scope: Scope; judged?: boolean },
  work: (opened: TwinPod) => Promise<T>,
): Promise<T> {
  const { home = homeOf(run, options.name) } = options;
  await mkdir(home, { recursive: true, mode: 0o700 });
  // Control sockets need short paths; a run folder can be longer than a socket address.
  const sockets = temporaryFolder();
  try {
    const plan = await planTwins(run.spec.twins, {
      folder: sockets,
      programs: run.sandbox.programsOnHost,
      control: options.judged !== true,
    });
    const pod = await run.sandbox.openPod({
      worktree: { host: options.folder, inside: options.inside ?? workspaceInside, writable: true },
      home,
      mounts: [...run.toolchains.mounts, ...plan.mounts],
      env: { PATH: run.toolchains.path },
      onIncident: (incident) => tellIncident(run, options, incident),
    });
    try {
      const refused = (target: string): void =>
        tellIncident(run, options, { kind: 'network', target, command: 'a program that uses the proxy' });
      const [{ twins, env, control }, services] = await Promise.all([
        plan.start(pod, twinSetups(run, options), refused),
        startServices(pod, run.spec.services),
      ]);
      const own = resolveEnv(run.spec, twins, services);
      run.openTwins.set(options.name, twins);
      return await work({ pod, twins, env: withRedirect(env, own), control });
    } finally {
      run.openTwins.delete(options.name);
      await pod.close();
    }
  } finally {
    await rm(sockets, { recursive: true, force: true });
  }
}

/** Calls of twins that are journaled for one pod, and characters of what a call is named by. */
const mostCalls = 20_000;
const longestMethod = 200;

/** The twins of the spec; their calls are journaled. */
function twinSetups(run: Run, owner: { name: string; scope: Scope }): TwinSetup[] {
  let journaled = 0;
  return run.spec.twins.map((name) => ({
    name,
    ...documentFor(name, run.documents),
    // Called whenever the twin is, outside of every step: what fails here has nobody else to tell.
    onCall: ({ method: asked, status, answered, unmodelled }: TwinCall): void => {
      // The record is on the host's disk, which no pod may fill.
      if ((journaled += 1) > mostCalls) return;
      try {
        const method = asked.slice(0, longestMethod);
        const call = { twin: plainTwinName(name), method, status, answered, task: owner.name };
        const { span: parent } = runningIn(run, owner.name) ?? owner.scope;
        const scope = scopeOf(run, `twin/${latestEvent(run) + 1}`, parent);
        run.engine.emit('twin.call', { ...call, ...(unmodelled ? { unmodelled } : {}) }, scope);
      } catch (error) {
        run.fail(error);
      }
    },
  }));
}

/** Events looked at to find what runs; an agent's calls and a stage's checks follow one another. */
const recentEvents = 500;

/** The tool call of that agent, or the check of that stage, that runs now: what calls a twin is a program of it. */
function runningIn(run: Run, owner: string): Scope | undefined {
  const ended = new Set<string>();
  const { events } = run.engine.journal;
  // Backwards in place, for each call of a twin comes here.
  for (let at = events.length - 1; at >= Math.max(0, events.length - recentEvents); at -= 1) {
    const { type, data, span, parent } = events[at]!;
    if (type === 'tool.finished' || type === 'command.finished') ended.add(span);
    const started = type === 'tool.started' ? data.agent : type === 'command.started' ? 'verify' : undefined;
    if (started === owner && !ended.has(span)) return { span, parent };
  }
  return undefined;
}

/** A path that an agent named, from the root of its worktree; one outside begins with dots. */
function fromWorkspace(named: string): string {
  return path.posix.relative(workspaceInside, path.posix.resolve(workspaceInside, named));
}

/** The files and services of one agent: a worktree of its own, committed after each round. */
function worldOf(run: Run, options: WorldOptions, worktree: Worktree, twins: TwinHandle[]): AgentWorld {
  const { name, base, scope } = options;
  return {
    base,
    async checkpoint(turn, touched) {
      const snapshots = Object.fromEntries(
        await Promise.all(twins.map(async (twin) => [twin.name, await twin.snapshot()] as const)),
      );
      const left = JSON.stringify(snapshots);
      if (touched?.length === 0) return { commit: worktree.head, files: [], twins: left };
      const plain = touched && plainFiles(worktree, touched.map(fromWorkspace));
      const undone = await restoreGoverned(worktree, run.repo.snapshot, run.governed, plain);
      const look = (file: string, data: Uint8Array): Promise<void> =>
        run.watch('agent file', data, `${file}, ${name}, turn ${turn}`);
      const { commit, files, refused } = await checkpoint(worktree, `${name}: round ${turn}`, plain, look);
      const paths = [...undone, ...refused.map((one) => `${one.path} (${one.reason})`)];
      if (paths.length) run.engine.emit('governed.restored', { agent: name, paths }, scope);
      return { commit, files, twins: left };
    },
    async restore(commit, snapshots) {
      await restore(worktree, commit);
      await provideDependencies(run, { commit: base, worktree: worktree.path, scope });
      const states = JSON.parse(snapshots ?? '{}') as Record<string, string>;
      for (const twin of twins) {
        const state = states[twin.name];
        await (state === undefined ? twin.reset() : twin.restore(state));
      }
    },
  };
}

interface WorldOptions {
  name: string;
  base: string;
  scope: Scope;
}

/** Opens a worktree at `base` with a pod on it; both are gone when `work` is done. */
export async function withWorld<T>(
  run: Run,
  options: WorldOptions,
  work: (opened: TwinPod & { world: AgentWorld }) => Promise<T>,
): Promise<T> {
  const worktree = await addWorktree(run.repo, options.name, options.base);
  const { name, base: commit, scope } = options;
  await provideDependencies(run, { commit, worktree: worktree.path, home: homeOf(run, name), scope });
  const result = await withPod(run, { ...options, folder: worktree.path }, (opened) =>
    work({ ...opened, world: worldOf(run, options, worktree, opened.twins) }),
  );
  await removeWorktree(worktree);
  return result;
}
