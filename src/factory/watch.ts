import { createHash } from 'node:crypto';
import { type CanarySearch, searchFor } from '../holdouts/exposure';
import { textsOf } from '../holdouts/suiteFiles';
import type { Vault } from '../holdouts/vault';
import { hasPhrase, type PhraseSearch, searchForPhrases, type SharedPhrase } from '../holdouts/watchPhrases';
import { FactoryError } from '../shared/errors';
import type { EventData } from '../shared/events';
import type { Spec } from '../shared/spec';
import { exposureLine } from '../shared/exposureLine';
import type { Sink, Watch } from '../shared/watch';
import { filesWith, readAt } from '../workspace/commits';
import type { FactoryRepo } from '../workspace/repository';
import type { Policy } from './policy';

type Found = EventData['exposure.found'];

/** What the watch needs of the run it belongs to. */
export interface WatchPorts {
  spec: Spec;
  policy: Policy;
  /** Makes a finding known. */
  found(data: Found): void;
  /** Ends the run. */
  fail(this: void, reason: unknown): void;
}

/** The watch over one run. */
export interface RunWatch {
  watch: Watch;
  /** Names the repository that phrases are compared with; until then every shared one is told. */
  begin(repo: FactoryRepo): void;
  /** Resolves when every finding so far is known. */
  settled(this: void): Promise<void>;
}

const unwatched: RunWatch = { watch: () => {}, begin: () => {}, settled: () => Promise.resolve() };

/**
 * Opens the watch for the scenarios of a vault. A canary ends the run; shared phrases are compared with spec and
 * repository first, which takes a moment, and end nothing.
 * @throws FactoryError 'bad-input' when what a person hands to the agents holds text of a scenario
 */
export async function openWatch(vault: Vault | undefined, ports: WatchPorts): Promise<RunWatch> {
  if (!vault || vault.list().length === 0) return unwatched;
  const canaries = searchFor(await vault.canaries());
  const phrases = searchForPhrases(
    (await vault.texts()).map(({ id, text, suite }) => ({
      ...{ scenario: id, text },
      ...(suite ? { suite: textsOf(suite.files) } : {}),
    })),
  );
  refuseBurnt(canaries, phrases, ports);
  const told = new Set<string>();
  const harmless = new Set<string>();
  let repo: FactoryRepo | undefined;
  let comparing: Promise<void> = Promise.resolve();

  /** Each thing once a sink: a phrase in a conversation would else be told in every turn. */
  function tell(data: Found): void {
    const key = keyOf(data);
    if (told.has(key)) return;
    told.add(key);
    ports.found(data);
  }

  /** A place may be named by whoever leaks: a file can have the canary in its path. */
  const safely = (where: string): string => (canaries.look(where).exposure ? 'its name is withheld' : where);

  async function compare(shared: SharedPhrase[], data: Omit<Found, 'scenario'>): Promise<void> {
    for (const { scenario, words } of shared) {
      const found = { ...data, scenario };
      if (harmless.has(words) || told.has(keyOf(found))) continue;
      if (hasPhrase(ports.spec.text, words) || (repo && (await isIn(repo, words)))) harmless.add(words);
      else tell(found);
    }
  }

  return {
    watch(sink, data, where) {
      const { exposure, unread } = canaries.look(data);
      const canary = exposure ?? canaries.look(where).exposure;
      if (canary) {
        const found = finding('canary', sink, data, { where: safely(where), ...canary });
        const error = contaminated(found);
        tell(found);
        ports.fail(error);
        throw error;
      }
      // What the journal keeps comes past another sink as well, in words people understand.
      if (sink === 'journal') return;
      if (unread) tell(finding('unread', sink, data, { where }));
      const shared = phrases.look(data).filter(({ words }) => !harmless.has(words));
      if (shared.length === 0) return;
      const found = finding('phrase', sink, data, { where });
      comparing = comparing.then(() => compare(shared, found)).catch(ports.fail);
    },
    begin: (snapshot) => void (repo = snapshot),
    settled: () => comparing,
  };
}

function keyOf({ kind, sink, scenario, digest }: Found): string {
  return [kind, sink, scenario ?? digest].join();
}

function finding(
  kind: Found['kind'],
  sink: Sink,
  data: string | Uint8Array,
  about: { where: string; scenario?: string; form?: string },
): Found {
  const { where, scenario = null, form = null } = about;
  const digest = createHash('sha256').update(data).digest('hex');
  return { kind, sink, where, scenario, form, bytes: Buffer.byteLength(data), digest };
}

/** What ends a run in which a canary was found. */
export function contaminated(found: Found): FactoryError {
  return new FactoryError('contaminated', `The run found ${exposureLine(found)}.`, {
    hint: 'That scenario is no longer hidden: find the way it took on the timeline, close it, and replace the scenario before the next run.',
  });
}

/** Whether the snapshot has a phrase: only files with its longest word are read. */
async function isIn(repo: FactoryRepo, words: string): Promise<boolean> {
  const [longest = ''] = words.split(' ').sort((a, b) => b.length - a.length);
  for (const file of await filesWith(repo, repo.snapshot, longest)) {
    if (hasPhrase((await readAt(repo, repo.snapshot, file)) ?? '', words)) return true;
  }
  return false;
}

/** Looks at what a person hands to the agents before any of it is sent. */
function refuseBurnt(canaries: CanarySearch, phrases: PhraseSearch, { spec, policy }: WatchPorts): void {
  for (const [name, text] of [
    [spec.path, spec.text],
    ['The policy', JSON.stringify(policy)],
  ] as const) {
    // A value may quote the spec; what spans several of them is the scenario.
    const pasted = phrases.look(text).find((phrase) => phrase.structural);
    const burnt = canaries.look(text).exposure?.scenario ?? pasted?.scenario;
    if (burnt === undefined) continue;
    throw new FactoryError('bad-input', `${name} holds text of hidden scenario ${burnt}, which burns it.`, {
      hint: `Nothing was sent. Take the text out, remove ${burnt} from the hidden scenarios and write another in its place.`,
    });
  }
}
