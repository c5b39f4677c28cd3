import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { sweepProcessGroups } from './limits';
import { findMachine } from './machine';
import { programsFolder } from './mounts';
import { openNamespaces } from './namespaces';
import { openPod, type Workshop } from './pod';
import { rootOptions } from './profile';
import { seccompFilter } from './seccomp';
import type { Sandbox } from './types';

/** The programs that run behind the walls; nothing else of ours can be seen there. */
const programNames = ['worker.js', 'probe.js', 'twin.js'];

/**
 * Finds out once what this machine offers and builds one pair of namespaces to see that it works.
 * @param options.programs folder on the host with the bundled programs.
 * @param options.hidden folders that no pod may ever show, such as the store; the user's home always is one.
 * @throws FactoryError `environment` when the machine cannot build the walls: there is no fallback.
 */
export async function createSandbox(options: {
  programs: string;
  hidden?: readonly string[];
}): Promise<Sandbox> {
  const machine = await findMachine();
  await (await openNamespaces(machine)).close();
  await sweepProcessGroups();
  const workshop: Workshop = {
    machine,
    seccomp: seccompFilter(),
    root: rootOptions(),
    programs: programNames
      .map((name) => path.resolve(options.programs, name))
      .filter((file) => existsSync(file)),
    hidden: [homedir(), ...(options.hidden ?? [])].map((folder) =>
      existsSync(folder) ? realpathSync(folder) : path.resolve(folder),
    ),
  };
  return {
    node: machine.node.inside,
    programs: programsFolder,
    openPod: (podOptions) => openPod(workshop, podOptions),
  };
}
