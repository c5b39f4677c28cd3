// How the bundles of the product are made: by the build, and by tests that want programs of the working tree.

/** Options of everything that runs in Node; one CommonJS file an entry. */
export const nodeOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  external: ['vscode'],
  mainFields: ['module', 'main'],
  logLevel: 'warning',
};

/**
 * Has modules take Node's own by `require`: an `import` reads every member of them, and those of `node:http` and
 * `node:crypto` that nobody uses load more than the whole of a twin.
 */
const requireBuiltins = {
  name: 'require-builtins',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : { path, external: true },
    );
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * Modules with chunks: what `import()` loads is not read before it is needed, and classes such as FactoryError are the
 * same in all of them. CommonJS libraries in them need a `require`.
 */
export const moduleOptions = {
  ...nodeOptions,
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
  },
  plugins: [requireBuiltins],
};
