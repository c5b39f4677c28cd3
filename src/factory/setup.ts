import { mkdir } from 'node:fs/promises';
import { openResponseCache } from '../sandbox/setupCache';
import { openSetupNetwork } from '../sandbox/setupNetwork';
import type { CommandResult } from '../sandbox/types';
import { FactoryError } from '../shared/errors';
import type { EventData } from '../shared/events';
import type { Scope } from '../trace/journal';
import { resolveEnv } from './environment';
import { tellIncident } from './incidents';
import type { Run } from './run';

/** Where work is mounted in every pod: the agents', the verifying and the judging ones look alike. */
export const workspaceInside = '/workspace';

const timeoutMs = 10 * 60_000;
/** Refusals that are written down one by one; a program that goes on trying would fill the journal. */
const mostRefusals = 100;

export interface SetupResult extends CommandResult {
  /** What the setup asked for and may not have. */
  refused: string[];
}

/**
 * Runs the setup command on a folder, in a pod of its own with a way to the registries. When this returns every
 * process of it is gone, so that what it left is files: the folder's, and those of `home`.
 * @param place where the folder lies, and where it is seen when that is not the usual place
 * @throws FactoryError 'environment' when it failed and a registry could not be reached.
 */
export async function runSetup(
  run: Run,
  command: string,
  place: { folder: string; home: string; inside?: string; scope: Scope },
): Promise<SetupResult> {
  const { engine, sandbox, setup } = run;
  const { inside = workspaceInside } = place;
  const refused = new Set<string>();
  const emit = <T extends 'network.passed' | 'network.refused'>(type: T, data: EventData[T]): void => {
    try {
      engine.emit(type, data, place.scope);
    } catch (error) {
      run.fail(error); // Called outside of every step: nobody else would hear of it.
    }
  };
  await mkdir(place.home, { recursive: true, mode: 0o700 });
  const pod = await sandbox.openPod({
    worktree: { host: place.folder, inside, writable: true },
    home: place.home,
    mounts: run.toolchains.mounts,
    env: { PATH: run.toolchains.path },
    onIncident: (incident) => tellIncident(run, { name: 'setup', scope: place.scope }, incident),
  });
  try {
    const network = await openSetupNetwork(sandbox, pod, {
      ...setup,
      cache: await openResponseCache(setup.cache),
      onPassed: (request) => emit('network.passed', { where: 'setup', ...request }),
      onRefused(target) {
        if (refused.has(target) || refused.size >= mostRefusals) return;
        refused.add(target);
        emit('network.refused', { where: 'setup', target, command });
      },
    });
    try {
      const result = await pod.run({
        argv: ['bash', '-ceu', command],
        cwd: inside,
        env: { ...ownEnv(run), ...network.env, ...scriptsEnv(setup.scripts) },
        mounts: network.mounts,
        timeoutMs,
        signal: engine.signal,
      });
      engine.signal.throwIfAborted();
      if (result.exit !== 0) refuseUnreachable(run, command, network.unreachable());
      const told = [...refused].map((target) => `Dark Factory refused the setup this: ${target}.`);
      return {
        ...result,
        stderr: [result.stderr, ...told].filter(Boolean).join('\n'),
        refused: [...refused],
      };
    } finally {
      try {
        await pod.close();
      } finally {
        await network.close();
      }
    }
  } finally {
    await pod.close();
  }
}

/** The spec's environment as far as it needs no twin and no service: a setup's pod has none. */
function ownEnv(run: Run): Record<string, string> {
  const env = Object.entries(resolveEnv(run.spec, [], {}));
  return Object.fromEntries(env.filter(([, value]) => !/\{\{\s*(twin|service)\./.test(value)));
}

/** Scripts of packages run code of strangers; package managers that can do without them are told to. */
function scriptsEnv(allowed: boolean): Record<string, string> {
  return allowed ? {} : { npm_config_ignore_scripts: 'true', YARN_ENABLE_SCRIPTS: 'false' };
}

function refuseUnreachable(run: Run, command: string, hosts: string[]): void {
  if (hosts.length === 0) return;
  throw new FactoryError(
    'environment',
    `${run.spec.path}: the setup command "${command}" failed because ${hosts.join(', ')} could not be reached, and an earlier answer is not kept.`,
    { hint: 'Check the network and resume the run.' },
  );
}
