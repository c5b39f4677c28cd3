import { build } from 'esbuild';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSandbox } from '../../src/sandbox/sandbox';
import type { Pod, PodOptions, Sandbox } from '../../src/sandbox/types';

const entries: Record<string, string> = {
  worker: 'src/sandbox/worker.ts',
  probe: 'src/sandbox/probe.ts',
  twin: 'src/twins/main.ts',
};

const folders: string[] = [];
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

/** A sandbox on this machine with the programs of the working tree, built once per test process. */
export function openSandbox(): Promise<Sandbox> {
  opened ??= buildPrograms().then((programs) => createSandbox({ programs }));
  return opened;
}

/** Never `dist`: that may be another build, or an old one. */
export async function buildPrograms(): Promise<string> {
  const outdir = temporaryFolder('programs');
  await build({
    entryPoints: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return outdir;
}

/** A pod with an empty worktree at `/workspace` and a home; `folder` holds both on the host. */
export interface TestPod {
  pod: Pod;
  /** Worktree on the host. */
  worktree: string;
  home: string;
}

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
