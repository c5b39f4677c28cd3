import * as z from 'zod/mini';
import type { Manifest } from './manifestFormat';
import { fingerprintOf } from './member';
import { UnanchoredVault } from './unanchored';
import { hmac, isHmac, tampered, type VaultSecrets } from './vaultCrypto';

/**
 * A small text about one vault, kept where whoever replaces the vault's folder does not reach: it tells how far the
 * vault had come, so that an older copy of the whole folder, or none at all, does not pass for the vault.
 */
export interface Anchor {
  read(): Promise<string | undefined>;
  /** Replaces the text; undefined forgets it, which only a person may ask for. */
  write(text: string | undefined): Promise<void>;
  /** How a person asks for that, as the end of "say so …". */
  readonly accepting: string;
}

const noteSchema = z.strictObject({
  sequence: z.int(),
  /** Fingerprints of those whom a person here made members: nobody becomes one through the vault's folder alone. */
  members: z.optional(z.array(z.string())),
  mac: z.string(),
});

/**
 * Compares a vault with a note that was read before the vault was, so that no writer can come between.
 * @throws FactoryError when the vault is older than the note, or the note is not ours
 */
export function checkAnchored(
  kept: Anchor,
  note: string | undefined,
  { anchor }: VaultSecrets,
  manifest: Manifest,
): void {
  const { workspaceId, sequence } = manifest;
  if (note === undefined) return;
  if (sequence === 0) throw goneVault(kept);
  const seen = parseNote(note);
  if (!seen || !isHmac(anchor, textOf(workspaceId, seen), seen.mac)) {
    throw unanchored(kept, 'what is noted about it outside of its folder is not about this vault');
  }
  if (sequence < seen.sequence) throw unanchored(kept, 'it is older than when it was last used');
  refuseStrangers(kept, manifest, seen.members);
}

/** @throws FactoryError when the vault has a member that nobody here agreed to */
function refuseStrangers(kept: Anchor, { members = [] }: Manifest, agreed: readonly string[] = []): void {
  const stranger = members.find((member) => !agreed.includes(fingerprintOf(member)));
  if (!stranger) return;
  const who = `${stranger.name} (${fingerprintOf(stranger)})`;
  throw unanchored(kept, `it can be opened by ${who}, whom nobody made a member here`);
}

/**
 * Notes how far the vault has come. Two processes may do so at once and the earlier state may win; the next one
 * mends it.
 * @param agreed fingerprint of a member that a person just agreed to
 * @throws FactoryError when the vault has a member that nobody here agreed to
 */
export async function advanceAnchor(
  anchor: Anchor,
  { anchor: key }: VaultSecrets,
  manifest: Manifest,
  agreed?: string,
): Promise<void> {
  const { workspaceId, sequence, members = [] } = manifest;
  const seen = parseNote((await anchor.read()) ?? '');
  if (sequence === 0 || (seen && seen.sequence >= sequence)) return;
  if (seen)
    refuseStrangers(anchor, manifest, [...(seen.members ?? []), ...(agreed === undefined ? [] : [agreed])]);
  const note = { sequence, ...(members.length > 0 ? { members: members.map(fingerprintOf) } : {}) };
  await anchor.write(JSON.stringify({ ...note, mac: hmac(key, textOf(workspaceId, note)) }));
}

/** The error for a vault whose whole folder was emptied or removed. */
export function goneVault(anchor: Anchor): UnanchoredVault {
  return unanchored(anchor, 'its folder is gone or empty');
}

function unanchored(anchor: Anchor, what: string): UnanchoredVault {
  const { message } = tampered(what);
  const hint = `Bring its folder back from a backup. If you removed or replaced it yourself, say so ${anchor.accepting}.`;
  return new UnanchoredVault(message, hint, () => anchor.write(undefined));
}

/**
 * Of notes about one vault that are kept in several places, the one that tells of the furthest it had come; one that
 * cannot be read comes before all others, and is refused.
 */
export function furthest(notes: readonly (string | undefined)[]): string | undefined {
  const sequenceIn = (text: string) => parseNote(text)?.sequence ?? Infinity;
  return notes
    .filter((note) => note !== undefined)
    .reduce<string | undefined>(
      (most, note) => (most !== undefined && sequenceIn(most) >= sequenceIn(note) ? most : note),
      undefined,
    );
}

function parseNote(text: string): z.infer<typeof noteSchema> | null {
  try {
    return noteSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function textOf(workspaceId: string, { sequence, members }: Omit<z.infer<typeof noteSchema>, 'mac'>): string {
  return JSON.stringify([workspaceId, sequence, ...(members ? [members] : [])]);
}
