import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSandbox } from '../../src/sandbox/sandbox';
import { startTwin } from '../../src/twins/start';
import { type Figure, timed } from './figures';
import type { Product } from '../support/product';
import { runtimeCommand } from './sandboxRuntime';

async function plainSpawn(): Promise<void> {
  await once(spawn('/usr/bin/true', { stdio: ['ignore', 'pipe', 'pipe'] }), 'close');
}

/** Opening a pod, a command in it and a twin, with the programs that ship. */
export async function measureSandbox(product: Product, dir: string): Promise<Figure[]> {
  const sandbox = await createSandbox({ programs: product.dist });
  const [worktree, home, sockets] = ['worktree', 'home', 'sockets'].map((name) => path.join(dir, name));
  for (const folder of [worktree, home, sockets]) mkdirSync(folder ?? dir);
  const open = () =>
    sandbox.openPod({
      worktree: { host: worktree ?? dir, inside: '/workspace', writable: true },
      home: home ?? dir,
      mounts: [],
      env: {},
    });
  const command = { argv: ['/usr/bin/true'], cwd: '/workspace', env: {}, timeoutMs: 10_000 };

  const withTwin = async (): Promise<void> => {
    const pod = await open();
    opened.push(pod);
    await startTwin(pod, { name: 'slack' }, sockets ?? dir);
  };
  const opened: Awaited<ReturnType<typeof open>>[] = [];
  const pods = await timed(20, async () => opened.push(await open()));
  const [pod] = opened;
  if (!pod) throw new Error('No pod was opened.');
  const plain = await timed(60, plainSpawn);
  const walled = await timed(60, () => pod.run(command));
  const theirs = await runtimeCommand(worktree ?? dir);
  const runtime = theirs && (await timed(60, theirs.command));
  await theirs?.end();
  writeFileSync(path.join(worktree ?? dir, 'read.txt'), 'A line to read.\n'.repeat(50));
  const files = await timed(200, () => pod.tool('read', { file_path: 'read.txt' }));
  const twins = await timed(10, () => startTwin(pod, { name: 'slack' }, sockets ?? dir));
  const both = await timed(10, withTwin);
  await Promise.all(opened.map((one) => one.close()));
  const usual = [...plain].sort((a, b) => a - b)[plain.length >> 1] ?? NaN;
  return [
    { name: 'a plain spawn, to compare machines by', unit: 'ms', samples: plain },
    { name: 'opening a pod', unit: 'ms', samples: pods },
    { name: 'opening a pod with a twin', unit: 'ms', samples: both, budget: 100 },
    { name: 'starting a twin', unit: 'ms', samples: twins },
    {
      name: 'a command in a pod, over a plain spawn',
      unit: 'ms',
      samples: walled.map((ms) => ms - usual),
      budget: 15,
    },
    ...(runtime
      ? [
          {
            name: `the same in ${theirs.name}, over a plain spawn`,
            unit: 'ms' as const,
            samples: runtime.map((ms) => ms - usual),
          },
        ]
      : []),
    { name: 'reading a file with the file tool', unit: 'ms', samples: files, budget: 0.5 },
  ];
}
