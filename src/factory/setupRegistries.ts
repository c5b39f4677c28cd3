/** A package manager: what shows that a project uses it, where it loads from, and what its files name. */
interface Manager {
  /** Patterns of the files that only its projects have. */
  marks: readonly string[];
  /** Where it loads from unless its configuration says something else instead. */
  usual: readonly string[];
  /** Lock files: the addresses in them and the names of what they lock. */
  locks: readonly { files: readonly string[]; address?: RegExp; name?: RegExp }[];
  /** Configuration: the addresses in it, and what shows that they stand in for `usual`. */
  settings: readonly { files: readonly string[]; address: RegExp; instead?: RegExp }[];
}

/** A file of the sealed snapshot. */
export interface SealedFile {
  path: string;
  text: string;
}

export interface Registries {
  /** Origins, sorted. */
  origins: string[];
  /** Names of the packages that lock files hold; credentials are for these only. */
  names: Set<string>;
  /** Whether the project has a manifest of npm and its like. */
  usesNpm: boolean;
}

/** A configuration file that is longer, in characters, says nothing: nobody wrote it, and searching it takes long. */
const longestSetting = 256 * 1024;

/** The expressions read hostile text: none may take more than a few steps for each character. */
const quoted = /["'](?:sparse\+|registry\+)?(https?:\/\/[^"'\s]+)/g;
const anywhere = /(https?:\/\/[^\s"'<>;,)]+)/g;
const tomlName = /^name = "([^"]+)"/gm;

const managers: readonly Manager[] = [
  {
    marks: ['package.json'],
    usual: ['https://registry.npmjs.org'],
    locks: [
      {
        files: ['package-lock.json', 'npm-shrinkwrap.json'],
        address: /"resolved":\s*"(https?:[^"]+)"/g,
        name: /"(?:[^"]*\/)?node_modules\/((?:@[^/"]+\/)?[^/"]+)":/g,
      },
      {
        files: ['pnpm-lock.yaml'],
        address: /tarball: (https?:[^\s},]+)/g,
        name: /^ {2}'?((?:@[^/@']+\/)?[^@'\s]+)@/gm,
      },
    ],
    settings: [
      {
        files: ['.npmrc'],
        address: /^[ \t]*(?:@[^:\s]+:)?registry[ \t]*=[ \t]*(https?:\S+)/gm,
        instead: /^[ \t]*registry[ \t]*=/m,
      },
    ],
  },
  {
    marks: ['yarn.lock'],
    usual: ['https://registry.yarnpkg.com'],
    locks: [
      {
        files: ['yarn.lock'],
        address: /resolved "(https?:[^"]+)"/g,
        name: /^"?((?:@[^/@"]+\/)?[^@"\s]+)@/gm,
      },
    ],
    settings: [
      {
        files: ['.yarnrc.yml', '.yarnrc'],
        address: /registry(?:Server)?"?:?\s+"?(https?:[^"\s]+)/gi,
        instead: /^(?:npmRegistryServer:|registry)\s/m,
      },
    ],
  },
  {
    marks: ['requirements*.txt', 'pyproject.toml', 'Pipfile', 'setup.py', 'setup.cfg'],
    usual: ['https://pypi.org', 'https://files.pythonhosted.org'],
    locks: [
      { files: ['requirements*.txt'], address: /@\s*(https?:\S+)/g, name: /^([A-Za-z0-9][\w.-]*)/gm },
      { files: ['poetry.lock', 'uv.lock'], address: /url = "(https?:[^"]+)"/g, name: tomlName },
      { files: ['Pipfile.lock'], name: /^ {8}"([^"]+)": \{/gm },
    ],
    settings: [
      {
        files: ['requirements*.txt', 'pip.conf'],
        address: /^[ \t]*(?:-i|(?:--)?(?:extra-)?index-url|--find-links|-f)(?:[ \t]*=)?[ \t]*(https?:\S+)/gm,
        instead: /^[ \t]*(?:-i|(?:--)?index-url)\b/m,
      },
      { files: ['pyproject.toml', 'Pipfile'], address: /^[ \t]*url[ \t]*=[ \t]*["'](https?:[^"']+)/gm },
    ],
  },
  {
    marks: ['Cargo.toml'],
    usual: ['https://index.crates.io', 'https://static.crates.io', 'https://crates.io'],
    locks: [{ files: ['Cargo.lock'], address: /source = "sparse\+(https?:[^"]+)"/g, name: tomlName }],
    settings: [
      {
        files: ['.cargo/config.toml', '.cargo/config'],
        address: quoted,
        instead: /^[ \t]*replace-with[ \t]*=/m,
      },
    ],
  },
  {
    marks: ['go.mod'],
    usual: ['https://proxy.golang.org', 'https://sum.golang.org'],
    locks: [{ files: ['go.sum'], name: /^(\S+) v/gm }],
    settings: [],
  },
  {
    marks: ['pom.xml'],
    usual: ['https://repo.maven.apache.org', 'https://repo1.maven.org'],
    locks: [{ files: ['pom.xml'], name: /<artifactId>([^<]+)</g }],
    settings: [
      {
        files: ['pom.xml', '.mvn/settings.xml'],
        address: /<(?:repository|pluginRepository|mirror)>[^]{0,2000}?<url>\s{0,200}(https?:[^<\s]+)/g,
        instead: /<mirror>/,
      },
    ],
  },
  {
    marks: ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'],
    usual: ['https://repo.maven.apache.org', 'https://repo1.maven.org', 'https://plugins.gradle.org'],
    locks: [
      { files: ['gradle.lockfile'], name: /^[^:\s]+:([^:\s]+):/gm },
      { files: ['gradle-wrapper.properties'], address: /distributionUrl=(https?\S+)/g },
    ],
    settings: [{ files: ['*.gradle', '*.gradle.kts'], address: /\burl\b[^\n"']{0,200}["'](https?:[^"']+)/g }],
  },
  {
    marks: ['Gemfile'],
    usual: ['https://rubygems.org', 'https://index.rubygems.org'],
    locks: [{ files: ['Gemfile.lock'], address: /remote: (https?:\S+)/g, name: /^ {4}([\w.-]+) \(/gm }],
    settings: [{ files: ['Gemfile'], address: anywhere, instead: /^[ \t]*source\b/m }],
  },
];

const pathOf = (pattern: string) => `**/${pattern}`;

/** Patterns of every file that tells of a registry or of what is installed. */
export const registryFiles: readonly string[] = [
  ...new Set(
    managers.flatMap(({ marks, locks, settings }) => [
      ...marks,
      ...[...locks, ...settings].flatMap(({ files }) => files),
    ]),
  ),
].map(pathOf);

/**
 * The registries that the project's own lock files and configuration name, and the usual ones of each package
 * manager that is used and not told to load from elsewhere.
 */
export function detectRegistries(files: readonly SealedFile[]): Registries {
  const origins = new Set<string>();
  const names = new Set<string>();
  const readable = files.filter(({ text }) => text.length <= longestSetting);
  for (const { marks, usual, locks, settings } of managers) {
    if (textsOf(files, marks).length === 0) continue;
    const configured = settings.flatMap(({ files: patterns, address }) => found(readable, patterns, address));
    const locked = locks.flatMap(({ files: patterns, address }) =>
      address ? found(files, patterns, address) : [],
    );
    for (const origin of originsOf(configured)) origins.add(origin);
    for (const origin of originsOf(locked)) origins.add(origin);
    const replaced = settings.some(
      ({ files: patterns, instead }) =>
        instead !== undefined && textsOf(readable, patterns).some((text) => instead.test(text)),
    );
    if (!replaced) for (const origin of usual) origins.add(origin);
    for (const { files: patterns, name } of locks)
      if (name) for (const one of found(files, patterns, name)) names.add(one);
  }
  return { origins: [...origins].sort(), names, usesNpm: textsOf(files, ['package.json']).length > 0 };
}

function found(files: readonly SealedFile[], patterns: readonly string[], what: RegExp): string[] {
  return textsOf(files, patterns).flatMap((text) => [...text.matchAll(what)].map(([, value = '']) => value));
}

function textsOf(files: readonly SealedFile[], patterns: readonly string[]): string[] {
  const tests = patterns.map(testOf);
  return files.filter(({ path }) => tests.some((test) => test.test(path))).map(({ text }) => text);
}

/** A pattern has stars for parts of a name only, and is found in every folder. */
function testOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.]/g, '\\.').replace(/\*/g, '[^/]*');
  return new RegExp(`(^|/)${escaped}$`);
}

function originsOf(addresses: readonly string[]): string[] {
  return addresses.flatMap((address) => {
    // An address may carry credentials or a variable; neither has a place in an origin.
    const url = URL.parse(address);
    return url && /^https?:$/.test(url.protocol) ? [url.origin] : [];
  });
}
