import { sign, verify } from 'node:crypto';
import * as z from 'zod/mini';
import { FactoryError } from '../shared/errors';
import { ageOpen, ageSeal } from './age';
import type { Keys } from './identity';
import { memberSchema, spendingSchema } from './manifestFormat';
import { fingerprintOf, type Member, verifierOf } from './member';

const suiteFile = z.strictObject({ data: z.base64(), executable: z.optional(z.literal(true)) });

/** A scenario on its way to other members. */
const sharedSchema = z.strictObject({
  id: z.string().check(z.regex(/^H-[a-z0-9]{6}$/)),
  half: z.enum(['feedback', 'sealed']),
  version: z.int().check(z.minimum(1)),
  /** It was revealed, or retired with a member: it judges nothing any more. */
  burnt: z.boolean(),
  text: z.string(),
  canarySeed: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  /** Of its suite. */
  files: z.optional(z.record(z.string(), suiteFile)),
  /** What the sender's runs told about it. */
  told: spendingSchema,
});

const shareSchema = z.strictObject({
  format: z.literal(1),
  from: memberSchema,
  /** For whom it was made, the sender among them. */
  to: z.array(memberSchema),
  /** Grows with every change of the sender's vault. */
  sequence: z.int(),
  scenarios: z.array(sharedSchema),
});

const envelopeSchema = z.strictObject({ share: z.string(), signature: z.string() });

export type SharedScenario = z.infer<typeof sharedSchema>;
export type Share = z.infer<typeof shareSchema>;

/** Sizes tell little: a file has a multiple of this many bytes. */
const bucket = 64 * 1024;

/** Signs a share, and encrypts it for those it is for: nothing else says who may read it. */
export async function sealShare(share: Share, { key }: Keys): Promise<Buffer> {
  const text = JSON.stringify(share);
  const signature = sign(null, signedBytes(text), key).toString('base64');
  const plain = Buffer.from(JSON.stringify({ share: text, signature }));
  const padding = Buffer.alloc(bucket - (plain.length % bucket), ' ');
  return ageSeal(
    share.to.map(({ recipient }) => recipient),
    Buffer.concat([plain, padding]),
  );
}

/**
 * Opens a share. Anyone can encrypt for a member, so that only what a member of one's own choosing signed is read.
 * @param members whose word counts, as they were agreed to here: what the file says of members counts for nothing
 * @throws FactoryError 'bad-input' when it is not for this identity, or by nobody of them
 */
export async function openShare(file: Uint8Array, keys: Keys, members: readonly Member[]): Promise<Share> {
  const plain = await ageOpen(keys.identity, file);
  if (!plain) {
    throw refused(
      'It is not for this identity, or was changed',
      'Ask its sender to share again with you as a member.',
    );
  }
  const { share: text, signature } = parsed(plain.toString('utf8'), envelopeSchema);
  const share = parsed(text, shareSchema);
  const sender = members.find((member) => fingerprintOf(member) === fingerprintOf(share.from));
  if (!sender) {
    const who = `${share.from.name} (${fingerprintOf(share.from)})`;
    throw refused(
      `It says it is by ${who}, who is no member here`,
      'Compare the fingerprint with the sender before you admit them.',
    );
  }
  if (!verify(null, signedBytes(text), verifierOf(sender), Buffer.from(signature, 'base64'))) {
    throw refused(
      `It is not signed by ${sender.name}, whose name it has`,
      'Somebody else made it: tell the sender.',
    );
  }
  // What was meant for others may have been encrypted anew for this member.
  if (!share.to.some((member) => fingerprintOf(member) === fingerprintOf(keys))) {
    throw refused(`${sender.name} did not make it for this identity`, 'Ask the sender to share with you.');
  }
  return share;
}

/** The error for what another version wrote. */
export function unreadable(): FactoryError {
  return refused('They are in a format that this version does not read', 'Have all members use one version.');
}

function refused(what: string, hint: string): FactoryError {
  return new FactoryError('bad-input', `The shared scenarios were not taken. ${what}.`, { hint });
}

function parsed<T>(text: string, schema: z.ZodMiniType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw unreadable();
  }
}

/** Whoever signs for something else with the same key signs nothing of this kind. */
function signedBytes(text: string): Buffer {
  return Buffer.from(`dark-factory share 1\n${text}`);
}
