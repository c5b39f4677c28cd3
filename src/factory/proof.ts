import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AnyEvent } from '../shared/events';
import { reduce } from '../shared/reduce';
import type { RunState } from '../shared/runState';
import { readJournal } from '../trace/tail';
import { type Check, failing, verifyRun } from '../trace/verify';
import { originOf } from '../workspace/commits';
import { createFactoryRepo } from '../workspace/factoryRepo';
import { journalName, publicPem, readEvidence, signingKey, type Statement } from './evidence';
import { sealOf } from './ownRun';

export const evidenceFile = 'evidence.json';
export const publicKeyFile = 'evidence.pub.pem';

/**
 * Checks everything a run's folder claims: the record, the evidence and the delivered commit. Never throws for what
 * it finds.
 * @param storeKey absent where the key of the store is not at hand: then the evidence is checked with its public key
 */
export async function proveRun(dir: string, storeKey: Uint8Array | undefined): Promise<Check[]> {
  const checks = await verifyRun(dir, storeKey && sealOf(dir, storeKey));
  // What follows believes the record.
  if (checks.some(({ name, ok }) => (name === 'chain' || name === 'anchor') && ok === false)) return checks;
  const events = await readJournal(path.join(dir, 'journal.jsonl'));
  const state = reduce(events);
  if (!state.branch) return checks;
  return [
    ...checks,
    await checkEvidence(dir, events, state, storeKey),
    await checkCommit(dir, events, state).catch((error: unknown) => failing('commit', error)),
  ];
}

async function checkEvidence(
  dir: string,
  events: readonly AnyEvent[],
  state: RunState,
  storeKey: Uint8Array | undefined,
): Promise<Check> {
  const name = 'evidence';
  try {
    const pem = await readFile(path.join(dir, publicKeyFile), 'utf8');
    const read = readEvidence(await readFile(path.join(dir, evidenceFile), 'utf8'), pem);
    if (typeof read === 'string') return { name, ok: false, detail: `${evidenceFile}: ${read}` };
    if (storeKey && publicPem(signingKey(storeKey)) !== pem) {
      return { name, ok: false, detail: `${publicKeyFile} is not the key of this store` };
    }
    const differs = differenceOf(read.statement, events, state);
    if (differs) return { name, ok: false, detail: `${evidenceFile} and the record differ: ${differs}` };
    return {
      name,
      ok: true,
      detail: `${evidenceFile} is signed by ${read.keyid} and tells what the record tells`,
    };
  } catch (error) {
    return failing(name, error);
  }
}

/** The first thing that the evidence tells otherwise than the record. */
function differenceOf(
  { subject, predicate }: Statement,
  events: readonly AnyEvent[],
  { branch, report, header }: RunState,
): string | undefined {
  const { byproducts, metadata } = predicate.runDetails;
  const digestOf = (name?: string) => byproducts.find((one) => one.name === name)?.digest.sha256;
  const sealed = events.find((event) => event.type === 'run.sealed')?.data.digests ?? {};
  const { gitCommit, gitTree } = subject[0]!.digest;
  if (metadata.invocationId !== header?.id) return 'the run';
  if (gitCommit !== branch?.commit || gitTree !== branch.tree) return 'the commit';
  if (digestOf(report?.file) !== report?.digest) return 'the report';
  if (!events.some((event) => event.hash === digestOf(journalName))) return 'the journal';
  const { sealed: told } = predicate.buildDefinition.externalParameters;
  return Object.entries(told).some(([name, digest]) => sealed[name] !== digest) ? 'the seal' : undefined;
}

/** The delivered commit holds the judged tree and names an event of this very record. */
async function checkCommit(
  dir: string,
  events: readonly AnyEvent[],
  { branch, header }: RunState,
): Promise<Check> {
  const name = 'commit';
  const { commit, tree } = branch!;
  const repo = await createFactoryRepo(path.join(dir, 'repo'), header?.workspace ?? '');
  const origin = await originOf(repo, commit);
  if (origin.tree !== tree) return { name, ok: false, detail: `${commit} does not hold the tree ${tree}` };
  if (!events.some((event) => event.hash === origin.journal)) {
    return { name, ok: false, detail: `${commit} names an event that this record does not hold` };
  }
  return { name, ok: true, detail: `${commit} holds the judged tree and names this record` };
}
