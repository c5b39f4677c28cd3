// Every kind of test, as `npm test` and CI run it; ends with `N passed, N failed`.
// usage: npm test
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { need, want } from './system.mjs';
import { vendor } from './vendor.mjs';

const suiteTimeoutMs = 25 * 60_000;
const totals = { passed: 0, failed: 0 };
/** What mocha said of failures and second tries, shown again at the end, where people and CI look. */
const remarks = [];
/** Lines of one suite's failures that are shown again. */
const remarkLines = 40;

/** Runs a program, shows what it prints and counts mocha's own figures in it. */
function run(title, args) {
  console.log(`\n── ${title}`);
  const counts = { passed: 0, failed: 0 };
  let output = '';
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    // A suite that hangs, or leaves a browser behind, must not hold up the others.
    const end = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nothing of it is left.
      }
    };
    const timer = setTimeout(end, suiteTimeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      output += text;
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      end();
      for (const [, count, kind] of output.matchAll(/^ *(\d+) (passing|failing)/gm)) {
        counts[kind === 'passing' ? 'passed' : 'failed'] += Number(count);
      }
      remark(title, output, code);
      totals.passed += counts.passed;
      // A step without tests of its own counts as one; so does a suite that ended badly without saying why.
      totals.failed += Math.max(counts.failed, code === 0 ? 0 : 1);
      if (code === 0 && counts.passed === 0) totals.passed += 1;
      resolve(code === 0);
    });
  });
}

/** Keeps what a reader of the last page must see of a suite. */
function remark(title, output, code) {
  const again = [...output.matchAll(/^ *↻ tried again: .*\n.*$/gm)].map(([text]) => text);
  const failing = /^ *\d+ failing$[^]*/m.exec(output)?.[0] ?? (code === 0 ? '' : output);
  const lines = failing.split('\n').filter((line) => line.trim() !== '');
  const shown = /^ *\d+ failing/m.test(failing) ? lines.slice(0, remarkLines) : lines.slice(-remarkLines);
  if (again.length > 0 || shown.length > 0) remarks.push(`── ${title}`, ...again, ...shown);
}

const bin = (name, file) => path.resolve('node_modules', name, file);
const mocha = (pattern, ...options) => ['test/support/mocha.mjs', ...globSync(pattern).sort(), ...options];
// Real processes, browsers and windows share the machine with whatever else runs there: one second try, which is told.
const twice = ['--', '--retries', '1'];

need('git', 'bwrap', 'nsenter', 'chromium');
want('python3-requests');
vendor();
const built = await run('build', ['esbuild.config.mjs', '--tests']);
if (built) {
  await run('types', [bin('typescript', 'bin/tsc'), '-p', '.']);
  await run('types of the webviews', [bin('typescript', 'bin/tsc'), '-p', 'webview-ui']);
  await run('lint', [bin('eslint', 'bin/eslint.js'), '.']);
  await run('format', [bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']);
  await run('unit', mocha('test/unit/**/*.test.ts'));
  await run('contract', mocha('test/contract/**/*.test.ts'));
  await run('integration', mocha('test/integration/**/*.test.ts', ...twice));
  await run('webviews', mocha('test/webview/**/*.test.ts', ...twice));
  // Where a desktop build can be downloaded: DF_VSCODE=electron npm test.
  const host = process.env.DF_VSCODE === 'electron' ? 'electron' : 'run';
  await run('in VS Code', [`test/support/vscode/${host}.mjs`]);
  await run('through the window of VS Code', mocha('test/vscode/ui/**/*.test.ts', ...twice));
  await run('attacks', mocha('test/attack/*.test.ts', ...twice));
}
if (remarks.length > 0) console.log(`\n${remarks.join('\n')}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed ? 1 : 0;
