import * as z from 'zod/mini';
import type { Manifest } from './manifestFormat';
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

const noteSchema = z.strictObject({ sequence: z.int(), mac: z.string() });

/**
 * Compares a vault with a note that was read before the vault was, so that no writer can come between.
 * @throws FactoryError when the vault is older than the note, or the note is not ours
 */
export function checkAnchored(
  kept: Anchor,
  note: string | undefined,
  { anchor }: VaultSecrets,
  { workspaceId, sequence }: Manifest,
): void {
  if (note === undefined) return;
  if (sequence === 0) throw goneVault(kept);
  const seen = parseNote(note);
  if (!seen || !isHmac(anchor, textOf(workspaceId, seen.sequence), seen.mac)) {
    throw unanchored(kept, 'what is noted about it outside of its folder is not about this vault');
  }
  if (sequence < seen.sequence) throw unanchored(kept, 'it is older than when it was last used');
}

/**
 * Notes how far the vault has come. Two processes may do so at once and the earlier state may win; the next one
 * mends it.
 */
export async function advanceAnchor(
  anchor: Anchor,
  { anchor: key }: VaultSecrets,
  { workspaceId, sequence }: Manifest,
): Promise<void> {
  const seen = parseNote((await anchor.read()) ?? '');
  if (sequence === 0 || (seen && seen.sequence >= sequence)) return;
  await anchor.write(JSON.stringify({ sequence, mac: hmac(key, textOf(workspaceId, sequence)) }));
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

function textOf(workspaceId: string, sequence: number): string {
  return JSON.stringify([workspaceId, sequence]);
}
