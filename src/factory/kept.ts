import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError, messageOf } from '../shared/errors';
import { findService } from '../sandbox/services';
import type { Role } from '../shared/events';
import type { Source } from '../shared/source';
import type { Spec } from '../shared/spec';
import { plainTwinName, twinDocument } from '../shared/twinNames';
import { parseSpec } from '../spec/parse';
import { type Seal, sign, tampered } from '../trace/seal';
import { twinCatalogue } from '../twins/catalogue';
import { atomicWrite } from '../workspace/files';
import type { Policy } from './policy';
import type { SettledPolicy } from './policyOf';
import type { RunRequest } from './types';

const requestFile = 'request.json';
const specFile = 'spec.md';
const policyFile = 'policy.json';
const keptFiles = [specFile, policyFile, requestFile];
const macFile = 'request.mac';

/** What a run was asked to do, with nothing secret in it, kept so that any process can go on with it. */
export interface Kept {
  run: string;
  workspaceId: string;
  vaultDir: string;
  workspace: string;
  /** Relative to the workspace. */
  specPath: string;
  source: { kind: Source['kind']; dir?: string; baseUrl?: string };
  models: Partial<Record<Role, string>>;
  holdouts?: string;
  /** What the repository's policy asked for beyond the person's ceilings. */
  refusedPolicy?: string[];
}

/** Keeps the request with the spec and the policy as they are now: the run never looks at the user's copies again. */
export async function keepRequest(
  dir: string,
  request: RunRequest & Omit<Kept, 'source' | 'models' | 'holdouts' | 'refusedPolicy'>,
  specText: string,
  { policy, refused }: SettledPolicy,
  seal: Seal,
): Promise<void> {
  const { run, workspaceId, vaultDir, workspace, specPath, source, holdouts, models = {} } = request;
  const { kind } = source;
  const kept: Kept = {
    run,
    workspaceId,
    vaultDir,
    workspace,
    specPath,
    source: {
      kind,
      ...('dir' in source ? { dir: source.dir } : {}),
      ...('baseUrl' in source ? { baseUrl: source.baseUrl } : {}),
    },
    models,
    ...(holdouts === undefined ? {} : { holdouts }),
    refusedPolicy: refused,
  };
  const texts = [specText, JSON.stringify(policy), JSON.stringify(kept)];
  for (const [at, name] of keptFiles.entries()) await atomicWrite(path.join(dir, name), texts[at]!);
  await atomicWrite(path.join(dir, macFile), sign(seal, digestOf(texts)));
}

function digestOf(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}

/**
 * Checks that the request, the spec and the policy are as they were kept.
 * @throws FactoryError 'failed' when they are not.
 */
export async function refuseChanged(dir: string, seal: Seal): Promise<void> {
  const texts: string[] = [];
  for (const name of keptFiles) texts.push(await read(dir, name));
  refuseEarlier(dir);
  if ((await read(dir, macFile)) === sign(seal, digestOf(texts))) return;
  throw tampered(
    path.join(dir, requestFile),
    'it, the spec or the policy beside it is not what the run began with, unless the key of this store was lost',
  );
}

/** @throws FactoryError 'failed' for a run from before requests and records were signed */
export function refuseEarlier(dir: string): void {
  if (existsSync(path.join(dir, macFile))) return;
  throw new FactoryError(
    'failed',
    `The run in ${dir} was made by an earlier version, which signed nothing: what it holds cannot be verified.`,
    { hint: 'Start a new run.' },
  );
}

async function read(dir: string, name: string): Promise<string> {
  try {
    return await readFile(path.join(dir, name), 'utf8');
  } catch (error) {
    throw new FactoryError('failed', `${path.join(dir, name)} could not be read: ${messageOf(error)}`, {
      hint: 'The run was damaged or never began; start a new one.',
      cause: error,
    });
  }
}

/** @throws FactoryError when the run folder does not hold it. */
export async function readKept(dir: string): Promise<Kept> {
  return JSON.parse(await read(dir, requestFile)) as Kept;
}

/** The policy as the run began with it. */
export async function readPolicy(dir: string): Promise<Policy> {
  return JSON.parse(await read(dir, policyFile)) as Policy;
}

/** The spec and the policy as the run began with them. */
export async function readSealed(dir: string, specPath: string): Promise<{ spec: Spec; policy: Policy }> {
  const policy = await readPolicy(dir);
  return { spec: await usableSpec(await read(dir, specFile), specPath, policy), policy };
}

/** @throws FactoryError 'bad-input' naming the first thing that keeps the spec from being run. */
export async function usableSpec(text: string, specPath: string, policy: Policy): Promise<Spec> {
  const { spec, findings } = parseSpec(text, specPath);
  const errors = findings.filter((finding) => finding.severity === 'error');
  const [first] = errors;
  if (first) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw new FactoryError('bad-input', `${specPath}:${first.range.startLine}: ${first.message}${more}`, {
      hint: first.hint,
    });
  }
  if (spec.category && !Object.hasOwn(policy.categories, spec.category)) {
    throw new FactoryError(
      'bad-input',
      `${specPath}: the policy does not know the category "${spec.category}".`,
      {
        hint: `Use one of ${Object.keys(policy.categories).join(', ')}, or add it to .factory/policy.yaml.`,
      },
    );
  }
  await refuseUnknownNeeds(spec);
  return spec;
}

/** @throws FactoryError for a twin that this version, or a service that this machine, does not have. */
async function refuseUnknownNeeds(spec: Spec): Promise<void> {
  const known = twinCatalogue.map(({ name }) => name);
  const twin = spec.twins.find((name) => twinDocument(name) === undefined && !known.includes(name));
  if (twin !== undefined) {
    throw new FactoryError('bad-input', `${spec.path}: there is no twin named "${twin}".`, {
      hint: `Use one of ${known.join(', ')} or openapi:FILE, or remove it from \`twins\`.`,
    });
  }
  const names = spec.twins.map(plainTwinName);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new FactoryError('bad-input', `${spec.path}: two of its twins are called "${twice}".`, {
      hint: 'A twin made from a document is called by the name of the file; give one of the files another name.',
    });
  }
  for (const [name, need] of Object.entries(spec.services)) await findService(name, need);
}

/** The source a run began with. @throws FactoryError 'bad-input' when it needs a key and has none. */
export function sourceAgain(
  kept: Kept,
  { apiKey, baseUrl = kept.source.baseUrl }: { apiKey?: string; baseUrl?: string },
): Source {
  const { kind, dir = '' } = kept.source;
  if (kind === 'replay') return { kind, dir };
  if (!apiKey) {
    throw new FactoryError('bad-input', `Run ${kept.run} asks a model, and there is no key for it.`, {
      hint: 'Set ANTHROPIC_API_KEY, or in VS Code run "Dark Factory: Set API Key", and resume again.',
    });
  }
  const live = baseUrl === undefined ? { apiKey } : { apiKey, baseUrl };
  return kind === 'record' ? { kind, dir, ...live } : { kind, ...live };
}
