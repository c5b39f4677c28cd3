import * as z from 'zod/mini';
import { FactoryError } from '../shared/errors';
import type { Manifest } from './manifestFormat';
import { hmac, isHmac, tampered, type VaultSecrets } from './vaultCrypto';

/**
 * A small text about one vault, kept where whoever replaces the vault's folder does not reach: it tells how far the
 * vault had come, so that an older copy of the whole folder, or none at all, does not pass for the vault.
 */
export interface Anchor {
  read(): Promise<string | undefined>;
  /** Replaces the text; undefined forgets it, which only a person may ask for. */
  write(text: string | undefined): Promise<void>;
}

const noteSchema = z.strictObject({ sequence: z.int(), mac: z.string() });

/**
 * Compares a vault with a note that was read before the vault was, so that no writer can come between.
 * @throws FactoryError when the vault is older than the note, or the note is not ours
 */
export function checkAnchored(
  note: string | undefined,
  { anchor }: VaultSecrets,
  { workspaceId, sequence }: Manifest,
): void {
  if (note === undefined) return;
  if (sequence === 0) throw goneVault();
  const seen = parseNote(note);
  if (!seen || !isHmac(anchor, textOf(workspaceId, seen.sequence), seen.mac)) {
    throw unanchored('what is noted about it outside of its folder is not about this vault');
  }
  if (sequence < seen.sequence) throw unanchored('it is older than when it was last used');
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
export function goneVault(): UnanchoredVault {
  return unanchored('its folder is gone or empty');
}

/** The vault is not the one that is noted; a person may say that it is as it should be. */
export class UnanchoredVault extends FactoryError {}

function unanchored(what: string): UnanchoredVault {
  const { code, message } = tampered(what);
  return new UnanchoredVault(code, message, {
    hint: 'Bring its folder back from a backup. If you removed or replaced it yourself, say so with "dark-factory holdouts accept", or by importing in VS Code.',
  });
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
