import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSandbox } from '../../src/sandbox/sandbox';
import type { Pod, PodOptions, Sandbox } from '../../src/sandbox/types';
import { moduleOptions, nodeOptions } from './bundles.mjs';

const programs: Record<string, string> = {
  worker: 'src/sandbox/worker.ts',
  probe: 'src/sandbox/probe.ts',
  relay: 'src/sandbox/relay.ts',
  redirect: 'src/twins/redirect/preload.ts',
  courier: 'src/sandbox/courier.ts',
};

const folders: string[] = [];
let built: Promise<string> | undefined;
let opened: Promise<Sandbox> | undefined;

process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own that is gone when the tests end. */
export function temporaryFolder(name: string): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), `dark-factory-${name}-`)));
  folders.push(folder);
  return folder;
}

/** Bundles entries by name, as the build does. @returns the folder with `<name>.js`. */
export async function bundle(name: string, entries: Record<string, string>): Promise<string> {
  const outdir = temporaryFolder(name);
  await build({ ...nodeOptions, entryPoints: entries, outdir });
  return outdir;
}

/** The programs of the working tree, built once per test process: `dist` may be an older build. */
export function buildPrograms(): Promise<string> {
  return (built ??= bundle('programs', programs).then(async (folder) => {
    await Promise.all([
      build({
        ...moduleOptions,
        entryPoints: { twin: 'src/twins/main.ts' },
        outdir: path.join(folder, 'twin'),
      }),
      build({ ...moduleOptions, entryPoints: { judge: 'src/holdouts/judgeMain.ts' }, outdir: folder }),
    ]);
    return folder;
  }));
}

/** A sandbox on this machine, found once per test process. */
export function openSandbox(): Promise<Sandbox> {
  return (opened ??= buildPrograms().then((folder) => createSandbox({ programs: folder })));
}

export interface TestPod {
  pod: Pod;
  /** Worktree on the host. */
  worktree: string;
  /** Home on the host. */
  home: string;
}

/** A pod with an empty worktree at `/workspace` and an empty home. Whoever opens it closes it. */
export async function openTestPod(options: Partial<PodOptions> = {}): Promise<TestPod> {
  const sandbox = await openSandbox();
  const folder = temporaryFolder('pod');
  const worktree = options.worktree?.host ?? path.join(folder, 'worktree');
  const home = options.home ?? path.join(folder, 'home');
  for (const place of [worktree, home]) mkdirSync(place, { recursive: true });
  const pod = await sandbox.openPod({
    worktree: { host: worktree, inside: '/workspace', writable: true },
    mounts: [],
    env: {},
    ...options,
    home,
  });
  return { pod, worktree, home };
}

/** Ids of the processes on this machine whose command line holds `mark`. */
export function processesWith(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(mark))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It ended while we looked.
  }
}

/** Waits for a condition, and fails when it does not come. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`This never came true: ${condition.toString()}`);
    await sleep(20);
  }
}
