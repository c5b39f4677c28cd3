import assert from 'node:assert/strict';
import { build, type Metafile } from 'esbuild';

/** Bytes of the main bundle that are there before anything is loaded lazily. */
const mainBudget = 350 * 1024;

/** What must never be needed to activate. */
const heavy = [
  /@anthropic-ai\/sdk/,
  /vscode-languageclient/,
  /node_modules\/ajv/,
  /node_modules\/yaml/,
  /src\/factory\//,
];

describe('the main bundle', function () {
  this.timeout(60_000);
  let metafile: Metafile;
  let eager: Set<string>;
  before(async () => {
    ({ metafile } = await build({
      entryPoints: ['src/extension.ts'],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      external: ['vscode'],
      mainFields: ['module', 'main'],
      outdir: 'dist',
      logLevel: 'error',
    }));
    eager = reachable(metafile, 'src/extension.ts');
  });

  it('stays within its budget before lazily loaded parts', () => {
    const [output] = Object.values(metafile.outputs);
    const bytes = [...eager].reduce((sum, file) => sum + (output?.inputs[file]?.bytesInOutput ?? 0), 0);
    assert.ok(bytes > 10_000 && bytes <= mainBudget, `${String(bytes)} bytes`);
  });

  it('loads nothing heavy to activate, though it can load it later', () => {
    const all = Object.keys(metafile.inputs);
    for (const pattern of heavy) {
      assert.ok(
        all.some((file) => pattern.test(file)),
        `${String(pattern)} is part of the extension`,
      );
      assert.deepEqual(
        [...eager].filter((file) => pattern.test(file)),
        [],
      );
    }
  });
});

/** The inputs that are evaluated with the entry: those reached without `import()`. */
function reachable({ inputs }: Metafile, entry: string): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind, external } of inputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import' && external !== true) visit(path);
    }
  };
  visit(entry);
  return seen;
}
