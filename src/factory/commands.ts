import { FactoryError } from '../shared/errors';
import type { Spec, SpecCommands } from '../shared/spec';
import { readAt } from '../workspace/commits';
import type { FactoryRepo } from '../workspace/repository';

/** Files of the snapshot that say how a project is built. */
const projectFiles = [
  ...(['package.json', 'go.mod', 'Cargo.toml', 'pyproject.toml'] as const),
  ...(['package-lock.json', 'go.sum', 'Cargo.lock'] as const),
] as const;

/**
 * Commands of the spec, and for those it leaves out what the project's own files say.
 * @param read text of a file of the snapshot, if it is there
 */
export function detectCommands(
  given: SpecCommands,
  read: (file: (typeof projectFiles)[number]) => string | undefined,
): { commands: SpecCommands; detected: string[] } {
  const found: SpecCommands = detect(read);
  const detected = (Object.keys(found) as (keyof SpecCommands)[]).filter((name) => given[name] === undefined);
  return { commands: { ...found, ...given }, detected };
}

/** The same for the snapshot of a run. */
export async function commandsOf(
  repo: FactoryRepo,
  given: SpecCommands,
): Promise<{ commands: SpecCommands; detected: string[] }> {
  const files = await Promise.all(
    projectFiles.map(async (file) => [file, await readAt(repo, repo.snapshot, file)] as const),
  );
  const texts = new Map(files);
  return detectCommands(given, (file) => texts.get(file));
}

/**
 * A result that nothing looked at must not pass as accepted.
 * @throws FactoryError 'bad-input' when there is neither a command nor a hidden scenario.
 */
export async function refuseUnchecked(repo: FactoryRepo, spec: Spec, scenarios: number): Promise<void> {
  if (scenarios > 0) return;
  const { build, lint, test } = (await commandsOf(repo, spec.commands)).commands;
  if (build ?? lint ?? test) return;
  throw new FactoryError(
    'bad-input',
    `${spec.path}: nothing would check the result, because there is no test command and no hidden scenario.`,
    { hint: 'Name `commands.test` in the front matter, or give scenarios with --holdouts.' },
  );
}

function detect(read: (file: (typeof projectFiles)[number]) => string | undefined): SpecCommands {
  // Setup is guessed only where a lock file says exactly what is to be installed.
  const setup = (lock: (typeof projectFiles)[number], command: string): SpecCommands =>
    read(lock) === undefined ? {} : { setup: command };
  const manifest = read('package.json');
  if (manifest !== undefined) return { ...setup('package-lock.json', 'npm ci'), ...fromPackage(manifest) };
  if (read('go.mod') !== undefined)
    return {
      ...setup('go.sum', 'go mod download'),
      ...{ build: 'go build ./...', lint: 'go vet ./...', test: 'go test ./...' },
    };
  if (read('Cargo.toml') !== undefined)
    return { ...setup('Cargo.lock', 'cargo fetch'), build: 'cargo build', test: 'cargo test' };
  if (read('pyproject.toml') !== undefined) return { test: 'python3 -m pytest' };
  return {};
}

function fromPackage(text: string): SpecCommands {
  let manifest: { scripts?: Record<string, unknown> };
  try {
    manifest = (JSON.parse(text) ?? {}) as typeof manifest;
  } catch {
    // A manifest that is being written is the project's business; nothing can be detected from it.
    return {};
  }
  const scripts = manifest.scripts ?? {};
  const found: SpecCommands = {};
  for (const name of ['build', 'lint', 'test'] as const) {
    if (typeof scripts[name] === 'string') found[name] = name === 'test' ? 'npm test' : `npm run ${name}`;
  }
  return found;
}
