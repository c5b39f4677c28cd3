import { spawn } from 'node:child_process';
import path from 'node:path';

/** Our own bundles; the tests run what users run. */
export const dist = path.resolve('dist');

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCli {
  pid: number;
  /** Everything printed so far. */
  output(): string;
  done: Promise<CliResult>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the bundled command line with nothing of this process's environment but PATH and what `env` says. */
export function startCli(args: string[], env: Record<string, string> = {}): RunningCli {
  const child = spawn(process.execPath, [path.join(dist, 'cli.js'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<CliResult>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { pid: child.pid ?? 0, output: () => stdout + stderr, done, kill: (signal) => child.kill(signal) };
}

/** Runs the bundled command line to its end. */
export function cli(args: string[], env: Record<string, string> = {}): Promise<CliResult> {
  return startCli(args, env).done;
}
