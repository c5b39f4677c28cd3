import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';

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
  ...['test/support/bundles.mjs', 'test/support/externals.mjs'],
];

/** Builds and packages the working tree in `root`, which is empty. */
export function makeProduct(root: string): Product {
  for (const name of sources) cpSync(name, path.join(root, name), { recursive: true });
  symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'));
  execFileSync('npm', ['run', '--silent', 'package'], { cwd: root, stdio: 'pipe' });
  return { root, dist: path.join(root, 'dist'), vsix: path.join(root, 'dark-factory.vsix') };
}
