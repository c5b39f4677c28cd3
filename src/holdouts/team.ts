import { FactoryError } from '../shared/errors';
import { keysOf, wrapKey } from './identity';
import { unspent } from './ledger';
import { type Entry, type LockedMember, type Manifest, secretsOf } from './manifestFormat';
import { openManifest } from './manifestStore';
import { fingerprintOf, type Member } from './member';
import { lockKey } from './passphrase';
import { type AskKnown, asksAlike, identityOf, most, movedTo, placeAll, withKnown } from './place';
import { parseScenario } from './scenario';
import type { Scenario } from './scenarioSchema';
import { openShare, sealShare, type Share, type SharedScenario, unreadable } from './teamShare';
import type { VaultOptions } from './vault';
import { noteOpening, readBody, type Store, writeBody } from './vaultBody';
import { deriveKeys, tampered } from './vaultCrypto';
import { withContents } from './vaultImport';
import { rewrapped } from './vaultRotate';

/** What receiving a share did. */
export interface Received {
  from: Member;
  added: string[];
  updated: string[];
  /** Left the vault, as they left the sender's. */
  retired: string[];
  /** Shared by the sender with somebody who is no member here. */
  strangers: Member[];
}

/** A vault that several people share: each has one of their own, and they send each other what is in it. */
export interface Team {
  members(): Member[];
  /** Has somebody open the vault with an identity of their own, and takes what they share. A person must have said so. */
  admit(member: Member): Promise<void>;
  /**
   * Takes somebody out: the vault gets a new key, which is encrypted for the others. What they could read hides nothing
   * any more, and is retired unless `keep`.
   * @returns how many scenarios were retired
   */
  dismiss(member: Member, next: { key: Uint8Array; passphrase?: string; keep: boolean }): Promise<number>;
  /** The scenarios, and what was told about them, signed, for the members and nobody else. */
  share(identity: string): Promise<{ name: string; file: Buffer }>;
  /** @throws FactoryError 'bad-input' for what is by no member, not for this one, or older than what was received */
  receive(file: Uint8Array, identity: string): Promise<Received>;
}

export interface TeamOptions extends VaultOptions {
  /** Another ledger that may know what is received. */
  known?: AskKnown;
}

/** Opens the same folder as `openVault`. @throws FactoryError as it does */
export async function openTeam(options: TeamOptions): Promise<Team> {
  const { dir, key, workspaceId, anchor, known, purpose = 'sharing' } = options;
  const store: Store = { dir, keys: deriveKeys(key), workspaceId, purpose };
  const manifests = await openManifest(store, anchor);
  const members = () => membersOf(manifests.state).map(plain);

  return {
    members,
    async admit(member) {
      await manifests.change(async (manifest) => {
        const agreed = fingerprintOf(member);
        const others = membersOf(manifest);
        if (others.some((one) => fingerprintOf(one) === agreed)) return { manifest, result: undefined };
        if (others.some(({ name }) => name === member.name)) throw sameName(member.name);
        const locked = { ...member, key: await wrapKey(member.recipient, store.keys.root) };
        return { manifest: { ...manifest, members: [...others, locked] }, result: undefined, agreed };
      });
    },
    async dismiss(member, { key: next, passphrase, keep }) {
      const keys = deriveKeys(next);
      const lock = passphrase === undefined ? null : await lockKey(passphrase, next, workspaceId);
      return manifests.change(async (before) => {
        const left = membersOf(before).filter((one) => fingerprintOf(one) !== fingerprintOf(member));
        const known = await withContents(store, { ...before, members: left });
        const retired = keep ? [] : known.entries.filter(({ body, burnt }) => body && !burnt);
        const entries = known.entries.map((one) => (retired.includes(one) ? { ...one, burnt: true } : one));
        const manifest = await rewrapped(store, { ...known, entries }, keys, lock, wrapKey);
        return { manifest, result: retired.length, keys };
      });
    },
    async share(identity) {
      const keys = await keysOf(identity);
      return manifests.reading(async (manifest) => {
        const from = memberWith(manifest, keys);
        const held = manifest.entries.filter(({ body }) => body);
        await noteOpening(store, held);
        const share: Share = {
          format: 1,
          from,
          to: membersOf(manifest).map(plain),
          sequence: manifest.sequence,
          scenarios: await Promise.all(held.map((entry) => sharedOf(store, entry))),
        };
        return { name: shareName(from), file: await sealShare(share, keys) };
      });
    },
    async receive(file, identity) {
      const keys = await keysOf(identity);
      return manifests.change(async (before) => {
        memberWith(before, keys);
        const share = await openShare(file, keys, membersOf(before));
        const by = fingerprintOf(share.from);
        if (by === fingerprintOf(keys)) throw own();
        const seen = before.received?.[by] ?? 0;
        if (share.sequence < seen) throw older(share.from.name);
        const { manifest, ...done } = await taken(store, before, share, { by, known });
        const strangers = share.to.filter(
          (one) => !membersOf(before).some((member) => fingerprintOf(member) === fingerprintOf(one)),
        );
        const received = { ...before.received, [by]: share.sequence };
        const isNews = share.sequence > seen;
        return {
          manifest: isNews ? { ...manifest, received } : before,
          result: isNews
            ? { ...done, from: share.from, strangers }
            : { from: share.from, strangers, added: [], updated: [], retired: [] },
        };
      });
    },
  };
}

/** How the names of shared files end. */
export const shareEnding = '.holdouts.age';

/** Each member writes one file of a shared folder, so that nobody overwrites another's. */
export function shareName(member: Pick<Member, 'recipient' | 'signer'>): string {
  return `${fingerprintOf(member)}${shareEnding}`;
}

const membersOf = ({ members = [] }: Manifest): LockedMember[] => members;

const plain = ({ name, recipient, signer }: Member): Member => ({ name, recipient, signer });

async function sharedOf(store: Store, entry: Entry): Promise<SharedScenario> {
  const { id, half, version, burnt = false, spending } = entry;
  return { id, half, version, burnt, ...(await readBody(store, entry)), told: spending };
}

/** The manifest with what a share holds: new scenarios in the half they have there, and what was told about them. */
async function taken(
  store: Store,
  before: Manifest,
  { scenarios }: Share,
  { by, known }: { by: string; known: AskKnown | undefined },
) {
  const start = await withContents(store, before);
  const parsed = scenarios.map(({ text }) => scenarioIn(text));
  const identities = parsed.map((scenario, at) => identityOf(scenario, scenarios[at]?.files));
  const placed = placeAll(start, secretsOf(store.keys, start), identities, 0.5);
  const elsewhere = await known?.(identities);
  const next = new Map(start.entries.map((entry) => [entry.id, entry]));
  const done = { added: [] as string[], updated: [] as string[], retired: [] as string[] };
  for (const [at, shared] of scenarios.entries()) {
    const held = start.entries.find(({ id }) => id === placed[at]!.id);
    const isLater = !held || held.version < shared.version;
    const here = held ? (isLater ? placed[at]! : held) : movedTo(start, placed[at]!, shared);
    // The place is the one that all members have.
    const found = elsewhere?.[at] && { ...elsewhere[at], id: here.id, half: here.half };
    const entry = elsewhere ? withKnown(start, here, found) : here;
    const told = { ...entry.told, [by]: most(entry.told?.[by] ?? unspent, shared.told) };
    const marked = { ...entry, told, ...(shared.burnt ? { burnt: true } : {}) };
    next.set(entry.id, isLater ? await withBody(store, marked, shared, parsed[at]!) : marked);
    if (isLater) done[entry.body ? 'updated' : 'added'].push(entry.id);
  }
  const burnt = [...next.values()].filter((entry) => entry.burnt);
  const entries = [...next.values()].map((entry) =>
    burnt.some((one) => asksAlike(one, entry)) ? { ...entry, burnt: true } : entry,
  );
  const judging = new Set(start.entries.flatMap(({ id, body, burnt }) => (body && !burnt ? [id] : [])));
  done.retired = entries.flatMap((entry) => (entry.burnt && judging.has(entry.id) ? [entry.id] : []));
  return { manifest: { ...start, entries }, ...done };
}

function scenarioIn(text: string): Scenario {
  const read = parseScenario(text);
  if ('problems' in read) throw unreadable();
  return read.scenario;
}

/** The entry with the text that was sent. Its canaries are the same for everybody. */
function withBody(
  store: Store,
  entry: Entry,
  { version, text, canarySeed, files }: SharedScenario,
  { covers, weight }: Scenario,
): Promise<Entry> {
  return writeBody(
    store,
    { ...entry, version },
    { text, canarySeed, ...(files ? { files } : {}) },
    { covers, weight },
  );
}

function memberWith(manifest: Manifest, keys: Pick<Member, 'recipient' | 'signer'>): Member {
  const self = membersOf(manifest).find((member) => fingerprintOf(member) === fingerprintOf(keys));
  if (self) return plain(self);
  throw new FactoryError('bad-input', 'This identity is not of a member of the vault.', {
    hint: 'Admit your own card first: "dark-factory holdouts admit CARD".',
  });
}

function sameName(name: string): FactoryError {
  return new FactoryError('bad-input', `There is a member ${name} already, with another card.`, {
    hint: 'Dismiss that one first, or ask for a card with another name.',
  });
}

function own(): FactoryError {
  return new FactoryError('bad-input', 'These scenarios were shared by yourself.', {
    hint: 'Receive what others shared.',
  });
}

function older(name: string): FactoryError {
  const { message } = tampered(`what ${name} shared is older than what was received before`);
  return new FactoryError('failed', message.replace('The holdout vault', 'The shared folder'), {
    hint: 'Somebody brought back an earlier copy of it: fetch the newest one, or have it shared again.',
  });
}
