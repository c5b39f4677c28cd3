import type { ActiveFile } from '../shared/events';
import { type ChangedEntry, changedEntries } from './commits';
import { governedMatcher } from './governed';
import { gitAnswer } from './git';
import type { FactoryRepo } from './repository';
import { foldPath } from './treeRules';

interface ActiveKind {
  by: string;
  /** Agents may not change these at the top of the folder: no program they are asked for needs them there. */
  governed: boolean;
  /** Matched at any depth, whatever the case: a folder below may be opened as well. */
  patterns: readonly string[];
}

/**
 * The built-in list of active files. Whoever merges them should have looked: git, shells, editors, package managers,
 * coding agents and build services run what they say.
 */
const kinds: readonly ActiveKind[] = [
  {
    by: 'git',
    governed: true,
    patterns: [
      '.husky/**',
      '.githooks/**',
      '.gitattributes',
      '.gitmodules',
      '.gitconfig',
      '.pre-commit-config.{yaml,yml}',
      '{,.}lefthook{,-local}.{yml,yaml,toml,json}',
      '{,.}simple-git-hooks.{js,cjs,json}',
      '.lintstagedrc{,.*}',
      'lint-staged.config.*',
    ],
  },
  {
    by: 'shells',
    governed: true,
    patterns: ['.envrc', '{,.}mise{,.local}.toml', '.mise/**', '.tool-versions', '.autoenv'],
  },
  {
    by: 'editors',
    governed: true,
    patterns: [
      '.vscode/**',
      '*.code-workspace',
      '.devcontainer/**',
      '.devcontainer.json',
      '.idea/**',
      '.fleet/**',
      '.zed/**',
      '.exrc',
      '.{n,}vimrc',
      '.nvim.lua',
      '.dir-locals{,-2}.el',
    ],
  },
  {
    by: 'coding agents',
    governed: true,
    patterns: [
      '.mcp.json',
      '.claude/**',
      '.cursor/**',
      '.cursorrules',
      '.windsurf/**',
      '.gemini/**',
      '{CLAUDE,CLAUDE.local,AGENTS,GEMINI}.md',
    ],
  },
  {
    by: 'build services',
    governed: true,
    patterns: [
      '.github/**',
      '.gitlab-ci.{yml,yaml}',
      '.gitlab/**',
      '.circleci/**',
      '.buildkite/**',
      '.woodpecker.{yml,yaml}',
      '.woodpecker/**',
      '.{forgejo,gitea}/**',
      '.{travis,drone,appveyor}.{yml,yaml}',
      'appveyor.yml',
      'azure-pipelines*.{yml,yaml}',
      'bitbucket-pipelines.yml',
      'Jenkinsfile{,.*}',
      'cloudbuild.{yml,yaml}',
    ],
  },
  {
    by: 'package managers',
    governed: true,
    patterns: [
      '.npmrc',
      '.yarnrc{,.yml}',
      '.yarn/{plugins,releases,sdks}/**',
      '{,.}pnpmfile.{cjs,mjs,js}',
      'bunfig.toml',
      '{,.}pip.conf',
      '.bundle/config',
      'nuget.config',
    ],
  },
  {
    by: 'editors’ language tools',
    governed: false,
    patterns: [
      'eslint.config.*',
      '.eslintrc{,.*}',
      '{,.}prettierrc{,.*}',
      'prettier.config.*',
      '.stylelintrc{,.*}',
      'stylelint.config.*',
      '.{babelrc,swcrc}{,.*}',
      '{babel,postcss,tailwind,svelte,astro,nuxt,next}.config.*',
      'build.rs',
      '*.gradle{,.kts}',
      'Directory.Build.{props,targets}',
    ],
  },
  {
    by: 'test and build tools',
    governed: false,
    patterns: [
      '{jest,vitest,vite,playwright,cypress,webpack,rollup,esbuild,tsup}.config.*',
      'karma.conf.*',
      '.cargo/config{,.toml}',
      '.mvn/**',
      'gradle/wrapper/**',
      'gradlew{,.bat}',
      '.mocharc{,.*}',
      'conftest.py',
    ],
  },
];

/** Parts of a package.json that package managers and tools execute. */
const packageParts = [
  'scripts',
  'husky',
  'lint-staged',
  'simple-git-hooks',
  'pre-commit',
  'eslintConfig',
  'prettier',
  'jest',
  'babel',
  'packageManager',
] as const;

const atAnyDepth = ({ patterns }: ActiveKind): string[] => patterns.map((pattern) => `**/${pattern}`);

/** Patterns of the active files that agents may not change. */
export const governedActivePatterns: readonly string[] = kinds
  .filter(({ governed }) => governed)
  .flatMap(({ patterns }) => patterns);

const matchers = kinds.map((kind) => ({ by: kind.by, matches: governedMatcher(atAnyDepth(kind)) }));

/** Who acts by itself on a file of this path, if anyone does. A link may stand for a folder of such files. */
export function actorOf(file: string, isLink = false): string | undefined {
  return matchers.find(({ matches }) => matches(file, isLink))?.by;
}

/**
 * The active files among what differs between two commits, deleted ones included, in order of their paths. `env`
 * names more object folders.
 */
export async function activeFiles(
  repo: FactoryRepo,
  from: string,
  to: string,
  env: Record<string, string> = {},
): Promise<ActiveFile[]> {
  const found: ActiveFile[] = [];
  for (const entry of await changedEntries(repo, from, to, env)) {
    const by =
      actorOf(entry.path, entry.mode === '120000') ??
      ((await changesPackageParts(repo, entry, env)) ? 'package managers' : undefined);
    if (by !== undefined) found.push({ path: entry.path, by });
  }
  return found;
}

async function changesPackageParts(
  repo: FactoryRepo,
  { path, before, after }: ChangedEntry,
  env: Record<string, string>,
): Promise<boolean> {
  if (!/(^|\/)package\.json$/.test(foldPath(path))) return false;
  return (await partsOf(repo, before, env)) !== (await partsOf(repo, after, env));
}

/** What of a package.json is executed, as text to compare. What is no JSON object is compared as a whole. */
async function partsOf(repo: FactoryRepo, blob: string | null, env: Record<string, string>): Promise<string> {
  if (blob === null) return '[]';
  const { stdout } = await gitAnswer(['cat-file', 'blob', blob], { gitDir: repo.gitDir, env });
  const text = stdout.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof value !== 'object' || value === null) return text;
  const entries = new Map(Object.entries(value));
  return JSON.stringify(
    packageParts.filter((part) => entries.has(part)).map((part): unknown[] => [part, entries.get(part)]),
  );
}
