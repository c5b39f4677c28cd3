import * as z from 'zod/mini';
import { FactoryError } from '../shared/errors';
import { deriveSecrets, isHmac, openSecret, sealSecret, tampered } from './vaultCrypto';
import type { VaultKeys, VaultSecrets } from './vaultCrypto';

const count = z.int().check(z.minimum(0));

const bodySchema = z.strictObject({
  file: z.string(),
  sha256: z.string(),
  covers: z.array(z.string()),
  weight: z.number(),
});

export const spendingSchema = z.strictObject({
  bits: z.number().check(z.minimum(0)),
  asked: count,
  passed: count,
  ceiling: z.optional(z.strictObject({ bits: z.number(), attempts: z.number() })),
});

export const memberSchema = z.strictObject({
  name: z.string().check(z.maxLength(64)),
  recipient: z.string().check(z.maxLength(4096)),
  signer: z.string().check(z.maxLength(64)),
});

/** A member, with the workspace key encrypted for them (an age file in base64). */
const lockedMemberSchema = z.extend(memberSchema, { key: z.string().check(z.maxLength(16_384)) });

const entrySchema = z.strictObject({
  id: z.string(),
  /** HMACs of the author's own ids, by which an import finds what to update. */
  names: z.array(z.string()),
  /**
   * HMACs of what it asked when it was told about, and last of what it asks now: a new name makes no new scenario.
   * Empty until the next import where the entry was made by format 1.
   */
  contents: z.array(z.string()),
  half: z.enum(['feedback', 'sealed']),
  spending: spendingSchema,
  version: count,
  /** What other members of the team told about it, by their fingerprints, as they last said. */
  told: z.optional(z.record(z.string(), spendingSchema)),
  /** Whether what the store's record of given scenarios knew of it is part of its spending. */
  given: z.optional(z.boolean()),
  /** True once a person was shown its text: it judges nothing any more, and no import brings it back. */
  burnt: z.optional(z.boolean()),
  /** Null once removed; what was spent stays. `key` is the wrapped data key, null for a body of format 1. */
  body: z.nullable(z.extend(bodySchema, { key: z.nullable(z.string()) })),
});

/** The workspace key under a key made from a passphrase. */
const passphraseSchema = z.strictObject({
  salt: z.string(),
  /** Cost parameters of scrypt. */
  n: count,
  r: count,
  p: count,
  key: z.string(),
});

const manifestSchema = z.strictObject({
  format: z.literal(2),
  workspaceId: z.string(),
  kid: z.string(),
  /** The vault's own secret, wrapped by the workspace key. */
  secret: z.string(),
  passphrase: z.nullable(passphraseSchema),
  /** Who may open the vault with an identity of their own, and whose scenarios are taken; see `team.ts`. */
  members: z.optional(z.array(lockedMemberSchema)),
  /** Of each member the last state that was received: fingerprint and sequence. */
  received: z.optional(z.record(z.string(), count)),
  /** Grows by one with every change. */
  sequence: count,
  entries: z.array(entrySchema),
  /** How far the journals of runs had come when they were last told something. */
  heads: z.array(z.strictObject({ run: z.string(), seq: count, hash: z.string() })),
  /** Files of earlier versions that may still be there after a crash. */
  retired: z.array(z.string()),
});

/** Format 1 had no secret of its own and one name an entry. */
const oldManifestSchema = z.strictObject({
  ...manifestSchema.shape,
  format: z.literal(1),
  secret: z.optional(z.undefined()),
  passphrase: z.optional(z.undefined()),
  members: z.optional(z.undefined()),
  received: z.optional(z.undefined()),
  heads: z.optional(z.undefined()),
  entries: z.array(
    z.strictObject({
      ...entrySchema.shape,
      names: z.optional(z.undefined()),
      contents: z.optional(z.undefined()),
      name: z.string(),
      body: z.nullable(bodySchema),
    }),
  ),
});

const anyManifest = z.union([manifestSchema, oldManifestSchema]);
const wrapperSchema = z.strictObject({ manifest: z.string(), mac: z.string() });

export type Entry = z.infer<typeof entrySchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type LockedMember = z.infer<typeof lockedMemberSchema>;
export type PassphraseLock = z.infer<typeof passphraseSchema>;

/** What a manifest's file says before anybody has the key to check it. */
export interface Header {
  kid: string;
  passphrase: PassphraseLock | null;
  members: readonly LockedMember[];
  /** Scenarios in the vault. */
  scenarios: number;
}

export function emptyManifest(workspaceId: string, keys: VaultKeys): Manifest {
  const secret = sealSecret(keys, workspaceId);
  const { kid } = keys;
  return {
    format: 2,
    workspaceId,
    kid,
    secret,
    passphrase: null,
    sequence: 0,
    entries: [],
    heads: [],
    retired: [],
  };
}

/**
 * Reads the text of a manifest's file; one of format 1 comes back as format 2, which is how it is written next.
 * @throws FactoryError when it was written with another key, or is not as it was written
 */
export function parseManifest(
  text: string,
  sequence: number,
  workspaceId: string,
  keys: VaultKeys,
): Manifest {
  const outer = unwrap(text);
  if (outer?.value.workspaceId !== workspaceId) throw tampered('its manifest was changed');
  if (outer.value.kid !== keys.kid) throw otherKey(headerOf(outer.value), keys.kid);
  if (!isHmac(keys.mac, outer.text, outer.mac) || outer.value.sequence !== sequence) {
    throw tampered('its manifest was changed');
  }
  return upgraded(outer.value, keys);
}

/** The header of a manifest's file, of which nothing is checked yet; null when it is no manifest. */
export function parseHeader(text: string): Header | null {
  const outer = unwrap(text);
  return outer && headerOf(outer.value);
}

/** Keys that outlive the workspace key. @throws FactoryError when the secret is not as it was sealed */
export function secretsOf(keys: VaultKeys, { workspaceId, secret }: Manifest): VaultSecrets {
  try {
    return deriveSecrets(openSecret(keys, workspaceId, secret));
  } catch {
    throw tampered('its secret was changed');
  }
}

/** The error for a vault whose key is not the one given, or is not kept any more (`given` undefined). */
export function otherKey({ kid, scenarios }: Header, given?: string): FactoryError {
  const lost = `Without it the ${scenarios} scenarios in the vault are lost; specs, runs, results and the plain files you kept are not: move the vault's folder away and import those again.`;
  if (given === undefined) {
    return new FactoryError(
      'environment',
      `The key of the holdout vault (${kid}) is not kept here any more.`,
      {
        hint: `Restore the secret storage that held it. ${lost}`,
      },
    );
  }
  return new FactoryError('bad-input', `The holdout vault was made with another key (${kid}).`, {
    hint: `Give the key ${kid}; the one given is ${given}. ${lost}`,
  });
}

function headerOf({ kid, passphrase = null, members = [], entries }: z.infer<typeof anyManifest>): Header {
  return { kid, passphrase, members, scenarios: entries.filter(({ body, burnt }) => body && !burnt).length };
}

function upgraded(manifest: z.infer<typeof anyManifest>, keys: VaultKeys): Manifest {
  if (manifest.format === 2) return manifest;
  const { workspaceId, kid, sequence, retired } = manifest;
  // Names and halves were keyed by the workspace key: it becomes the secret, so that both stay.
  const secret = sealSecret(keys, workspaceId, keys.root);
  const entries = manifest.entries.map(({ id, name, half, spending, version, body }) => ({
    id,
    names: [name],
    contents: [],
    half,
    spending,
    version,
    body: body && { ...body, key: null },
  }));
  return { format: 2, workspaceId, kid, secret, passphrase: null, sequence, entries, heads: [], retired };
}

function unwrap(text: string): { text: string; mac: string; value: z.infer<typeof anyManifest> } | null {
  try {
    const outer = wrapperSchema.parse(JSON.parse(text));
    const value: unknown = JSON.parse(outer.manifest);
    refuseNewer(value);
    return { text: outer.manifest, mac: outer.mac, value: anyManifest.parse(value) };
  } catch (error) {
    if (error instanceof FactoryError) throw error;
    return null;
  }
}

function refuseNewer(value: unknown): void {
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : 0;
  if (typeof format !== 'number' || format <= 2) return;
  throw new FactoryError(
    'bad-input',
    `The holdout vault has format ${format}, which this version can not read.`,
    {
      hint: 'Update Dark Factory; nothing in the vault was changed.',
    },
  );
}
