import assert from 'node:assert/strict';
import { build, type Metafile } from 'esbuild';

/** Bytes that VS Code reads to activate: the entry and the chunks it imports, without what `import()` loads later. */
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
  this.timeout(120_000);
  let outputs: Metafile['outputs'];
  let eager: string[];
  before(async () => {
    const built = await build({
      entryPoints: ['src/extension.ts'],
      bundle: true,
      splitting: true,
      write: false,
      metafile: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      external: ['vscode'],
      mainFields: ['module', 'main'],
      outdir: 'dist',
      logLevel: 'error',
    });
    outputs = built.metafile.outputs;
    eager = readAtActivation(outputs);
  });

  it('stays within its budget before lazily loaded parts', () => {
    const bytes = eager.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
    console.log(`      ${(bytes / 1024).toFixed(0)} KB before lazily loaded parts`);
    assert.ok(bytes > 10_000 && bytes <= mainBudget, `${String(bytes)} bytes`);
  });

  it('loads nothing heavy to activate, though it can load it later', () => {
    const inputsOf = (files: string[]) => files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
    const [now, ever] = [inputsOf(eager), inputsOf(Object.keys(outputs))];
    for (const pattern of heavy) {
      assert.ok(
        ever.some((file) => pattern.test(file)),
        `${String(pattern)} is part of the extension`,
      );
      assert.deepEqual(
        now.filter((file) => pattern.test(file)),
        [],
      );
    }
  });
});

function readAtActivation(outputs: Metafile['outputs']): string[] {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) visit(path);
    }
  };
  for (const [file, { entryPoint }] of Object.entries(outputs))
    if (entryPoint === 'src/extension.ts') visit(file);
  return [...seen];
}
