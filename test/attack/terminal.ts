import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type CliResult, dist } from '../support/cli';

/** Somebody at a terminal, with the product where they can read it. */
export interface Person {
  name: string;
  /** Of the user, when it is not the one of this process. */
  uid?: number;
  run(args: readonly string[], env: Record<string, string>): Promise<CliResult>;
  /** Removes the product. */
  leave(): void;
}

/** Exists on every system, and owns nothing. */
const nobody = 65_534;

export function yourself(): Person {
  const program = [process.execPath, path.join(dist, 'cli.js')];
  return { name: 'yourself', run: (args, env) => start([...program, ...args], env), leave: () => undefined };
}

/** An ordinary user, whom only root can stand in for. */
export function ordinaryUser(): Person {
  const folder = mkdtempSync('/tmp/df-zoo-product-');
  cpSync(dist, path.join(folder, 'dist'), { recursive: true });
  cpSync(process.execPath, path.join(folder, 'node'));
  execFileSync('chmod', ['-R', 'a+rX', folder]);
  const program = [path.join(folder, 'node'), path.join(folder, 'dist/cli.js')];
  const become = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'];
  return {
    name: 'an ordinary user',
    uid: nobody,
    run: (args, env) => start([...become, ...program, ...args], env),
    leave: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function start([program = '', ...args]: string[], env: Record<string, string>): Promise<CliResult> {
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}
