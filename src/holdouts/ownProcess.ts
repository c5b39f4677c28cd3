import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

/** Variables of this process that programs and folders are found by; nothing else reaches such a process. */
const inherited = ['PATH', 'HOME', 'TMPDIR'] as const;

/**
 * Starts the program that decrypts scenarios, in a process of its own. No debugger can be attached by signal, no core is
 * dumped, and no option or variable of this process changes what it loads. What it might print when it breaks goes
 * nowhere. A key pressed on our terminal does not end it: we do, and it ends with its input.
 * @param programs folder with the bundled programs
 */
export function startOwn(programs: string): ChildProcess {
  const flag = '--disable-sigusr1';
  const flags = process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
  const env: Record<string, string> = { ...(process.versions.electron && { ELECTRON_RUN_AS_NODE: '1' }) };
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  const program = path.join(programs, 'judge.mjs');
  const argv = ['-c', 'ulimit -c 0; exec "$@"', 'sh', process.execPath, ...flags, program];
  return spawn('/bin/sh', argv, { env, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'], detached: true });
}
