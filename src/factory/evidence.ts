import {
  createHash,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import * as z from 'zod/mini';
import { ed25519Key } from '../files/ed25519';
import type { RunState } from '../shared/runState';

/**
 * Evidence is an in-toto statement (SLSA provenance) in a DSSE envelope, in the form of a Sigstore bundle, so that
 * other people's tools read it. A store signs with one ed25519 key, made from the key of its records.
 */
const payloadType = 'application/vnd.in-toto+json';
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const bundleSchema = z.object({
  mediaType: z.literal(bundleType),
  verificationMaterial: z.object({ publicKey: z.object({ hint: z.string() }) }),
  dsseEnvelope: z.object({
    payload: z.string(),
    payloadType: z.literal(payloadType),
    signatures: z.array(z.object({ sig: z.string(), keyid: z.string() })).check(z.length(1)),
  }),
});

const sha256 = z.object({ sha256: z.string() });
const statementSchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(z.object({ name: z.string(), digest: z.object({ gitCommit: z.string(), gitTree: z.string() }) }))
    .check(z.length(1)),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.string(),
      externalParameters: z.object({ spec: z.string(), sealed: z.record(z.string(), z.string()) }),
      resolvedDependencies: z.array(
        z.object({ name: z.string(), digest: z.optional(z.object({ gitCommit: z.string() })) }),
      ),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string() }),
      metadata: z.object({ invocationId: z.string() }),
      byproducts: z.array(z.object({ name: z.string(), digest: sha256 })),
    }),
  }),
});

/** What a run testifies about its result. */
export type Statement = z.infer<typeof statementSchema>;

/** Name of the journal among the by-products: its digest is the hash of the last event before the evidence. */
export const journalName = 'journal.jsonl';

/** What a run that delivered testifies: that this tree came from this spec, and what happened on the way. */
export function statementOf(
  state: RunState,
  sealed: Readonly<Record<string, string>>,
  head: string,
): Statement | undefined {
  const { header, branch, report } = state;
  if (!header || !branch || !report) return undefined;
  const { snapshot = '', ...digests } = sealed;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: branch.name, digest: { gitCommit: branch.commit, gitTree: branch.tree } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://dark-factory.invalid/run/v1',
        externalParameters: { spec: header.spec.path, sealed: digests },
        resolvedDependencies: [
          { name: 'snapshot of the workspace', digest: { gitCommit: snapshot } },
          ...[...new Set(Object.values(header.models))].sort().map((name) => ({ name })),
        ],
      },
      runDetails: {
        builder: { id: 'https://dark-factory.invalid/local' },
        metadata: { invocationId: header.id },
        byproducts: [
          { name: journalName, digest: { sha256: head } },
          { name: report.file, digest: { sha256: report.digest } },
        ],
      },
    },
  };
}

/** The key a store signs its evidence with. */
export function signingKey(storeKey: Uint8Array): KeyObject {
  return ed25519Key(Buffer.from(hkdfSync('sha256', storeKey, '', 'dark-factory evidence', 32)));
}

/** The public half, for whoever checks evidence elsewhere. */
export function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString();
}

function keyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}

function preAuthentication(payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
}

/** The signed bundle as text. */
export function signEvidence(statement: Statement, key: KeyObject): string {
  const payload = Buffer.from(JSON.stringify(statement));
  const keyid = keyId(createPublicKey(key));
  const sig = signBytes(null, preAuthentication(payload), key).toString('base64');
  const bundle: z.infer<typeof bundleSchema> = {
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint: keyid } },
    dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig, keyid }] },
  };
  return `${JSON.stringify(bundle, null, 2)}\n`;
}

/** What a bundle states, and who signed it; a text instead says what is wrong with it. */
export function readEvidence(
  bundle: string,
  publicKeyPem: string,
): { statement: Statement; keyid: string } | string {
  let publicKey: KeyObject;
  let value: unknown;
  try {
    publicKey = createPublicKey(publicKeyPem);
    value = JSON.parse(bundle);
  } catch {
    return 'it or its public key cannot be read';
  }
  const read = bundleSchema.safeParse(value);
  if (!read.success) return 'it is not a signed bundle';
  const { payload, signatures } = read.data.dsseEnvelope;
  const bytes = Buffer.from(payload, 'base64');
  const signature = Buffer.from(signatures[0]!.sig, 'base64');
  if (!verifyBytes(null, preAuthentication(bytes), publicKey, signature)) return 'its signature is wrong';
  const statement = statementSchema.safeParse(JSON.parse(bytes.toString('utf8')));
  if (!statement.success) return 'it does not state what a run testifies';
  return { statement: statement.data, keyid: keyId(publicKey) };
}
