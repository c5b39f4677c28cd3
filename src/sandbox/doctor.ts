import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { homedir } from 'node:os';
import path from 'node:path';
import { type Finding, missing, runChecks } from './checks';
import { fileChecks } from './checkFiles';
import { limitChecks } from './checkLimits';
import { machineChecks } from './checkMachine';
import { networkChecks } from './checkNetwork';
import { processChecks } from './checkProcesses';
import { type Ground, secretVariable, tinyDisk } from './ground';
import { createSandbox } from './sandbox';
import { temporaryFolder } from './temporary';
import type { Incident, Mount } from './types';

const wallChecks = [...fileChecks, ...processChecks, ...networkChecks, ...limitChecks];

/**
 * Tries every wall of this machine by attacking it from inside a real pod. Never throws for a missing wall.
 * @param options.programs folder with the bundled programs
 * @param options.hidden folders that no pod may show, by what they are, beside the user's home
 * @param options.toolchains what pods of runs mount, so that it is there when the walls are tried
 */
export async function examineWalls(options: {
  programs: string;
  hidden: Readonly<Record<string, string>>;
  toolchains: { mounts: Mount[]; path: string };
}): Promise<Finding[]> {
  const machine = await runChecks(machineChecks, undefined);
  try {
    return [...machine, ...(await onGround(options, (ground) => runChecks(wallChecks, ground)))];
  } catch (error) {
    return [...machine, ...wallChecks.map((check) => missing(check, error))];
  }
}

async function onGround<T>(
  { programs, hidden, toolchains }: Parameters<typeof examineWalls>[0],
  work: (ground: Ground) => Promise<T>,
): Promise<T> {
  const folder = realpathSync(temporaryFolder());
  const secret = randomBytes(12).toString('hex');
  const abstract = `dark-factory-${secret.slice(0, 8)}`;
  const servers = await Promise.all([listening(0), listening(`\0${abstract}`)]);
  process.env[secretVariable] = secret;
  try {
    const [worktree, home] = ['worktree', 'home'].map((name) => path.join(folder, name)) as [string, string];
    mkdirSync(worktree);
    mkdirSync(home);
    const secretFile = path.join(folder, 'secret');
    writeFileSync(secretFile, secret);
    const sandbox = await createSandbox({ programs, hidden: Object.values(hidden) });
    const incidents: Incident[] = [];
    const pod = await sandbox.openPod({
      worktree: { host: worktree, inside: '/workspace', writable: true },
      home,
      mounts: toolchains.mounts,
      env: { PATH: toolchains.path },
      disk: tinyDisk,
      onIncident: (incident) => incidents.push(incident),
    });
    const { port } = servers[0].address() as AddressInfo;
    const places = { ...hidden, 'your home': homedir(), 'temporary files': folder };
    try {
      return await work({
        ...{ sandbox, pod, worktree, secret, secretFile, hidden: places, port, abstract, incidents },
      });
    } finally {
      await pod.close();
    }
  } finally {
    delete process.env[secretVariable];
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function listening(where: number | string): Promise<Server> {
  const server = createServer((socket) => socket.end('reached'));
  if (typeof where === 'number') server.listen(where, '127.0.0.1');
  else server.listen(where);
  await once(server, 'listening');
  return server;
}
