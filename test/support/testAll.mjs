// Every kind of test, as `npm test` and CI run it; ends with `N passed, N failed`.
// usage: npm test
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { need } from './system.mjs';

const suiteTimeoutMs = 15 * 60_000;
const totals = { passed: 0, failed: 0 };

/** Runs a program, shows what it prints and counts mocha's own figures in it. */
function run(title, args) {
  console.log(`\n── ${title}`);
  const counts = { passed: 0, failed: 0 };
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
      for (const [, count, kind] of text.matchAll(/^ *(\d+) (passing|failing)/gm)) {
        counts[kind === 'passing' ? 'passed' : 'failed'] += Number(count);
      }
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      end();
      totals.passed += counts.passed;
      // A step without tests of its own counts as one; so does a suite that ended badly without saying why.
      totals.failed += Math.max(counts.failed, code === 0 ? 0 : 1);
      if (code === 0 && counts.passed === 0) totals.passed += 1;
      resolve(code === 0);
    });
  });
}

const bin = (name, file) => path.resolve('node_modules', name, file);
const mocha = (...patterns) => [
  'test/support/mocha.mjs',
  ...patterns.flatMap((pattern) => globSync(pattern)).sort(),
];

need('git', 'bwrap', 'nsenter', 'chromium');
const built = await run('build', ['esbuild.config.mjs', '--tests']);
if (built) {
  await run('types', [bin('typescript', 'bin/tsc'), '-p', '.']);
  await run('types of the webviews', [bin('typescript', 'bin/tsc'), '-p', 'webview-ui']);
  await run('lint', [bin('eslint', 'bin/eslint.js'), '.']);
  await run('format', [bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']);
  await run('unit', mocha('test/unit/**/*.test.ts'));
  await run('contract', mocha('test/contract/**/*.test.ts'));
  await run('integration', mocha('test/integration/**/*.test.ts'));
  await run('webviews', mocha('test/webview/**/*.test.ts'));
  // Where a desktop build can be downloaded: DF_VSCODE=electron npm test.
  const host = process.env.DF_VSCODE === 'electron' ? 'electron' : 'run';
  await run('in VS Code', [`test/support/vscode/${host}.mjs`]);
  await run('through the window of VS Code', mocha('test/vscode/ui/**/*.test.ts'));
  await run('attacks', mocha('test/attack/*.test.ts'));
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed ? 1 : 0;
