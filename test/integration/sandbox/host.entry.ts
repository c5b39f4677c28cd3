// A host of its own for the tests that kill one: opens a pod, starts a daemon, says so and waits.
// usage: node host.js PROGRAMS FOLDER MARK
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createSandbox } from '../../../src/sandbox/sandbox';

async function main(programs: string, folder: string, mark: string) {
  const sandbox = await createSandbox({ programs });
  const home = path.join(folder, 'home');
  const worktree = path.join(folder, 'worktree');
  for (const place of [home, worktree]) mkdirSync(place, { recursive: true });
  const pod = await sandbox.openPod({
    home,
    worktree: { host: worktree, inside: '/workspace', writable: true },
    mounts: [],
    env: {},
  });
  const command = { cwd: '/workspace', env: {} };
  const listing = await pod.run({ ...command, argv: ['ls', '-l', '/proc/self/fd'], timeoutMs: 10_000 });
  await pod.tool('write', { file_path: 'note.txt', content: 'from the worker' });
  await pod.spawn({ ...command, argv: ['bash', '-c', `setsid sleep ${mark} & exec sleep ${mark}`] });
  const inside = await pod.run({ ...command, argv: ['id', '-u'], timeoutMs: 10_000 });
  console.log(JSON.stringify({ listing: listing.stdout, uid: inside.stdout.trim() }));
}

const [programs = '', folder = '', mark = ''] = process.argv.slice(2);
void main(programs, folder, mark);
