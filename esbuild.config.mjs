// Bundles every entry of the extension, or with --tests the test suites as well.
// usage: node esbuild.config.mjs [--watch] [--production] [--tests]
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, context } from 'esbuild';
import { moduleOptions as chunkedOptions, nodeOptions as plainOptions } from './test/support/bundles.mjs';
import { externals } from './test/support/externals.mjs';

const flags = new Set(process.argv.slice(2));
const production = flags.has('--production');

/** What the build adds to every bundle. */
const built = {
  minify: production,
  sourcemap: production ? false : 'linked',
  metafile: true,
};
const nodeOptions = { ...plainOptions, ...built };
const moduleOptions = { ...chunkedOptions, ...built };

const nodeEntries = {
  server: 'src/language-server/server.ts',
  cli: 'src/cli/main.ts',
  worker: 'src/sandbox/worker.ts',
  probe: 'src/sandbox/probe.ts',
  redirect: 'src/twins/redirect/preload.ts',
  relay: 'src/sandbox/relay.ts',
  courier: 'src/sandbox/courier.ts',
};

const webviewEntries = {
  timeline: 'webview-ui/timeline/main.ts',
  inspector: 'webview-ui/inspector/main.ts',
};

const bundles = [
  // VS Code reads little at activation; what the three have in common is there once.
  {
    ...moduleOptions,
    entryPoints: {
      extension: 'src/extension.ts',
      dispatch: 'src/cli/dispatch.ts',
      judge: 'src/holdouts/judgeMain.ts',
    },
    outdir: 'dist',
  },
  // A twin starts with the one service it plays.
  { ...moduleOptions, entryPoints: { twin: 'src/twins/main.ts' }, outdir: 'dist/twin' },
  { ...nodeOptions, entryPoints: nodeEntries, outdir: 'dist' },
  {
    ...nodeOptions,
    entryPoints: webviewEntries,
    outdir: 'dist/webview',
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    external: [],
    tsconfig: 'webview-ui/tsconfig.json',
  },
];

/** Prints the lines the `$esbuild-watch` problem matcher waits for. */
const watchReporter = {
  name: 'watch-reporter',
  setup(run) {
    run.onStart(() => console.log('[watch] build started'));
    run.onEnd((result) => {
      for (const { text, location } of result.errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

function copyAssets() {
  mkdirSync('dist/webview', { recursive: true });
  cpSync('node_modules/@vscode/codicons/dist/codicon.css', 'dist/webview/codicon.css');
  cpSync('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/webview/codicon.ttf');
}

function testBundle() {
  const files = readdirSync('test', { recursive: true })
    .map((name) => path.join('test', String(name)))
    .filter((name) => !name.includes('node_modules'))
    .filter((name) => name.endsWith('.test.ts') || name.endsWith('.bench.ts') || name.endsWith('.entry.ts'));
  return {
    ...nodeOptions,
    entryPoints: files,
    outdir: 'out/test',
    outbase: 'test',
    minify: false,
    sourcemap: 'inline',
    external: externals,
  };
}

// What a package holds is only what this build made.
if (production) rmSync('dist', { recursive: true, force: true });
for (const folder of ['dist/chunks', 'dist/twin']) rmSync(folder, { recursive: true, force: true });
copyAssets();
if (flags.has('--watch')) {
  for (const options of bundles) {
    const run = await context({ ...options, plugins: [watchReporter] });
    await run.watch();
  }
} else {
  const results = await Promise.all(bundles.map((options) => build(options)));
  writeFileSync('dist/meta.json', JSON.stringify(results.map((result) => result.metafile)));
  if (flags.has('--tests')) {
    rmSync('out/test', { recursive: true, force: true });
    await build(testBundle());
  }
}
