import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { sweepProcessGroups } from './limits';
import { findMachine } from './machine';
import { isWithin, programsFolder } from './mounts';
import { openNamespaces } from './namespaces';
import { openPod, type Workshop } from './pod';
import { rootOptions } from './profile';
import { seccompFilter } from './seccomp';
import { sweepTemporaryFolders } from './temporary';
import type { Sandbox } from './types';

/** The programs that run behind the walls; nothing else of ours can be seen there. */
const programNames = ['worker.js', 'probe.js', 'twin', 'courier.js'];

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
  await sweepTemporaryFolders();
  const workshop: Workshop = {
    machine,
    seccomp: seccompFilter(),
    root: [...rootOptions(), ...withoutOurs(options.programs)],
    programs: programNames
      .map((name) => path.resolve(options.programs, name))
      .filter((file) => existsSync(file)),
    hidden: [homedir(), ...(options.hidden ?? [])].map((folder) =>
      existsSync(folder) ? realpathSync(folder) : path.resolve(folder),
    ),
  };
  const open = new Set<string>();
  refuseShown(workshop.hidden);
  return {
    node: machine.node.inside,
    programs: programsFolder,
    programsOnHost: options.programs,
    async openPod(podOptions) {
      const pod = await openPod(workshop, podOptions);
      open.add(pod.id);
      return { ...pod, close: () => pod.close().finally(() => open.delete(pod.id)) };
    },
    openPods: () => open.size,
  };
}

/** Folders below /usr that no sandbox shows as they are. */
const masked = ['/usr/src', '/usr/local/src', '/usr/local/etc'];

/** @throws FactoryError `bad-input` naming a folder that every sandbox would show, because it shows /usr. */
function refuseShown(hidden: readonly string[]): void {
  const shown = hidden.find(
    (folder) => isWithin('/usr', folder) && !masked.some((place) => isWithin(place, folder)),
  );
  if (shown === undefined) return;
  throw new FactoryError('bad-input', `${shown} lies below /usr, which every sandbox shows to agents.`, {
    hint: 'Move it to another place, such as your home folder.',
  });
}

/** Our own package, with the holdouts of its sample, is no business of agents where it is installed below /usr. */
export function withoutOurs(programs: string): string[] {
  if (!existsSync(programs)) return [];
  const ours = path.dirname(realpathSync(programs));
  return ours.startsWith('/usr/') ? ['--tmpfs', ours] : [];
}
