import { execFile } from 'node:child_process';
import { release } from 'node:os';
import { promisify } from 'node:util';
import type { Check } from './checks';
import { findMachine, findNode, need } from './machine';
import { openNamespaces } from './namespaces';

const run = promisify(execFile);

/** bubblewrap older than this follows links in mount destinations (CVE-2026-87766). */
const repairedBubblewrap = [0, 12] as const;

/** What the walls are built from. */
export const machineChecks: readonly Check<undefined>[] = [
  {
    ...{ area: 'Machine', name: 'system', cure: 'Run the factory on Linux, or in WSL2 on Windows.' },
    async attempt() {
      await findMachine();
      return `Linux ${release()} on ${process.arch}`;
    },
  },
  {
    ...{ area: 'Machine', name: 'user', cure: '' },
    attempt: async () =>
      Promise.resolve(
        process.getuid?.() === 0
          ? {
              note: 'root: files below /usr that only root may read are visible to agents',
              cure: 'Run the factory as an ordinary user.',
            }
          : 'an ordinary user',
      ),
  },
  {
    ...{ area: 'Machine', name: 'bubblewrap', cure: 'sudo apt-get install bubblewrap' },
    async attempt() {
      const { stdout } = await run(need('bwrap', 'bubblewrap'), ['--version']);
      const version = stdout.trim().split(' ').at(-1) ?? '';
      const [major = 0, minor = 0] = version.split('.').map(Number);
      const old = major === 0 && minor < repairedBubblewrap[1];
      return old
        ? `version ${version}; CVE-2026-87766 of it is not reachable, because nothing is mounted below folders that agents write`
        : `version ${version}`;
    },
  },
  {
    ...{ area: 'Machine', name: 'user namespaces', cure: 'Allow unprivileged user namespaces.' },
    async attempt() {
      await (await openNamespaces(await findMachine())).close();
      return 'can be made';
    },
  },
  {
    ...{ area: 'Machine', name: 'node', cure: 'Install Node 22 or newer.' },
    attempt: async () => `runs inside as ${(await findNode()).inside}`,
  },
];
