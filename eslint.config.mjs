// The walls of the design, kept by lint: who may import whom, and no floating promise anywhere.
import tseslint from 'typescript-eslint';

const vscodeWall = {
  name: 'vscode',
  message: 'Only src/extension.ts and src/editor may import the editor API.',
};

/** Forbids a folder to import others; `rooms` are folder names below src. */
function forbid(files, rooms, extra = []) {
  return {
    files,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [vscodeWall],
          patterns: [
            ...(rooms.length
              ? [
                  {
                    regex: `\\.\\./(${rooms.join('|')})/`,
                    message: 'This import crosses a wall of the design.',
                  },
                ]
              : []),
            ...extra,
          ],
        },
      ],
    },
  };
}

const layers = [
  'spec',
  'factory',
  'agents',
  'models',
  'holdouts',
  'twins',
  'trace',
  'workspace',
  'sandbox',
  'editor',
  'cli',
  'language-server',
];
const except = (...allowed) => layers.filter((room) => !allowed.includes(room));
const noNode = { regex: '^node:', message: 'src/shared and webview-ui run without Node.' };

export default tseslint.config(
  { ignores: ['dist/', 'out/', '**/node_modules/', '.vscode-test/', 'media/samples/'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: ['tsconfig.json', 'webview-ui/tsconfig.json'] } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 420, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      eqeqeq: 'error',
    },
  },
  forbid(['src/shared/**/*.ts'], layers, [noNode]),
  forbid(['webview-ui/**/*.ts'], layers, [noNode]),
  forbid(['src/files/**/*.ts'], layers),
  forbid(['src/spec/**/*.ts'], except('spec')),
  forbid(['src/trace/**/*.ts'], except('trace')),
  forbid(['src/sandbox/**/*.ts'], except('sandbox')),
  forbid(['src/workspace/**/*.ts'], except('workspace')),
  forbid(['src/models/**/*.ts'], except('models')),
  forbid(['src/twins/**/*.ts'], except('twins', 'sandbox')),
  forbid(['src/agents/**/*.ts'], except('agents', 'models', 'sandbox', 'trace')),
  forbid(['src/holdouts/**/*.ts'], except('holdouts', 'sandbox', 'twins')),
  // Whom `judge` steps ask: called in the judge's own process, so that no text of a scenario leaves it for ours.
  forbid(['src/holdouts/askModel.ts'], except('holdouts', 'models')),
  forbid(['src/factory/**/*.ts'], ['editor', 'cli', 'language-server']),
  forbid(['src/cli/**/*.ts'], ['editor', 'language-server']),
  forbid(['src/language-server/**/*.ts'], except('language-server', 'spec')),
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
