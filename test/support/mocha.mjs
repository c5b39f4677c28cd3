// Bundles the named test files and runs them with mocha.
// usage: node test/support/mocha.mjs FILE.test.ts … [-- mocha options]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { externals } from './externals.mjs';

const args = process.argv.slice(2);
const split = args.indexOf('--');
const files = split < 0 ? args : args.slice(0, split);
const mochaOptions = split < 0 ? [] : args.slice(split + 1);

const outdir = mkdtempSync(path.resolve('node_modules/.dark-factory-tests-'));
try {
  await build({
    entryPoints: files,
    outdir,
    outbase: 'test',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    sourcemap: 'inline',
    external: externals,
    logLevel: 'warning',
  });
  const mocha = path.resolve('node_modules/mocha/bin/mocha.js');
  const run = spawnSync(
    process.execPath,
    [
      ...['--enable-source-maps', mocha, '--reporter', path.resolve('test/support/reporter.cjs')],
      ...['--timeout', '30000', '--recursive', outdir, ...mochaOptions],
    ],
    { stdio: 'inherit' },
  );
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
