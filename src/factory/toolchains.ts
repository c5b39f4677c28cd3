import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { resolveToolchains, type Toolchains } from '../sandbox/toolchains';
import type { Sandbox } from '../sandbox/types';
import { FactoryError } from '../shared/errors';
import { readAt } from '../workspace/commits';
import type { FactoryRepo } from '../workspace/repository';

/**
 * The toolchains on the PATH. Where the project's `engines.node` asks for a newer Node than the PATH has, the one
 * that the factory itself runs on goes first.
 * @throws FactoryError 'environment' when neither will do.
 */
export async function toolchainsFor(
  repo: FactoryRepo,
  sandbox: Sandbox,
  programs: string,
): Promise<Toolchains> {
  const found = await resolveToolchains(process.env['PATH'] ?? '', path.dirname(programs));
  const wanted = oldestNode(await readAt(repo, repo.snapshot, 'package.json'));
  const onPath = await nodeOnPath();
  if (onPath >= wanted) return found;
  if (Number.parseInt(process.versions.node) >= wanted) {
    return { ...found, path: [path.dirname(sandbox.node), found.path].join(path.delimiter) };
  }
  const has = onPath ? `Node ${onPath} is on the PATH` : 'there is none on the PATH';
  throw new FactoryError(
    'environment',
    `The project needs Node ${wanted} or newer (engines in package.json), and ${has}.`,
    {
      hint: 'Install a newer Node and put it first on the PATH.',
    },
  );
}

/** The major version that `engines.node` of a package.json begins with, for example 22 for `>=22.1`; else 0. */
export function oldestNode(manifest: string | undefined): number {
  let engines: unknown;
  try {
    ({ engines } = JSON.parse(manifest ?? '{}') as { engines?: unknown });
  } catch {
    return 0; // Whoever reads it next, npm for one, says what is wrong with it.
  }
  const { node } = (engines ?? {}) as { node?: unknown };
  const range = /^\s*(?:>=|\^|~)?\s*(\d+)/.exec(typeof node === 'string' ? node.slice(0, 64) : '');
  return Number(range?.[1] ?? 0);
}

/** Major version of the `node` on the PATH; 0 when there is none that runs. */
async function nodeOnPath(): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('node', ['-p', 'parseInt(process.versions.node)']);
    return Number(stdout);
  } catch {
    return 0;
  }
}
