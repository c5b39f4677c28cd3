import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import type { Figure } from './figures';

/** What people install, made in a folder of its own so that nobody's build is disturbed. */
export interface Product {
  /** The extension's folder, with `package.json` and `dist`. */
  root: string;
  dist: string;
  vsix: string;
}

const sources = [
  ...['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore'],
  ...['esbuild.config.mjs', 'tsconfig.json', 'src', 'media', 'webview-ui'],
];

/** Builds and packages the working tree in `root`, which is empty. */
export function makeProduct(root: string): Product {
  for (const name of sources) cpSync(name, path.join(root, name), { recursive: true });
  symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'));
  const wanted = ['--allow-missing-repository', '--no-rewrite-relative-links'];
  execFileSync('npm', ['run', '--silent', 'package', '--', ...wanted], { cwd: root, stdio: 'pipe' });
  return { root, dist: path.join(root, 'dist'), vsix: path.join(root, 'dark-factory.vsix') };
}

/** Bytes that VS Code reads to activate, and bytes of the whole package. */
export function measureSizes(product: Product): Figure[] {
  const eager = eagerBytes(path.join(product.dist, 'meta.json'), 'dist/extension.mjs');
  const whole = statSync(product.vsix).size;
  return [
    { name: 'main bundle before lazily loaded parts', unit: 'KiB', samples: [eager / 1024], budget: 350 },
    { name: 'whole .vsix', unit: 'KiB', samples: [whole / 1024], budget: 2048 },
  ];
}

/** The entry with all chunks it imports statically. */
function eagerBytes(metaFile: string, entry: string): number {
  const bundles = JSON.parse(readFileSync(metaFile, 'utf8')) as Metafile[];
  const outputs = new Map(bundles.flatMap((bundle) => Object.entries(bundle.outputs)));
  const seen = new Set<string>();
  const visit = (file: string): void => {
    const output = outputs.get(file);
    if (!output || seen.has(file)) return;
    seen.add(file);
    for (const { path: imported, kind } of output.imports) if (kind === 'import-statement') visit(imported);
  };
  visit(entry);
  return [...seen].reduce((sum, file) => sum + (outputs.get(file)?.bytes ?? 0), 0);
}
