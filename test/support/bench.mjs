// Bundles the benchmarks and runs them; they print one table and never fail by the clock.
// usage: npm run bench [-- NAME …]   (names of groups; default all)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const outdir = mkdtempSync(path.resolve('node_modules/.dark-factory-bench-'));
try {
  await build({
    entryPoints: ['test/bench/main.ts', 'test/bench/window.entry.ts', 'test/bench/twinCopies.entry.ts'],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    external: ['vscode', 'playwright-core', 'esbuild', '@anthropic-ai/sandbox-runtime'],
    // The harness's modules know where they are by this alone.
    define: { 'import.meta.url': 'undefined' },
    logLevel: 'warning',
  });
  const main = path.join(outdir, 'main.js');
  const run = spawnSync(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
