import { spawn } from 'node:child_process';
import path from 'node:path';
import { dist, type CliResult } from './cli';

/**
 * Runs the bundled command line on a terminal of its own and types each answer when its question shows. What the
 * terminal shows comes back as `stdout`.
 */
export function cliOnTerminal(
  args: string[],
  answers: readonly (readonly [question: string, answer: string])[],
  env: Record<string, string> = {},
): Promise<CliResult> {
  const command = [process.execPath, path.join(dist, 'cli.js'), ...args]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', TERM: 'dumb', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const open = [...answers];
  let shown = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [next] = open;
    const at = next ? shown.indexOf(next[0], answered) : -1;
    if (!next || at < 0) return;
    answered = at + next[0].length;
    open.shift();
    child.stdin.write(`${next[1]}\r`);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout: shown, stderr: '' })));
}
