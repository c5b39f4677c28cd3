import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate authority of one setup or pod. Its key lives in this process's memory and vouches for nothing outside. */
export interface Authority {
  /** Certificate of the authority, PEM. */
  readonly certificate: string;
  /** The same as a Java key store, which is all that a Java program takes. */
  readonly javaStore: Buffer;
  /** Key and certificate (PEM) of a server of these names or addresses; `*.` stands for one label. */
  serverOf(this: void, ...hosts: string[]): { key: string; cert: string };
}

interface Party {
  name: Name;
  publicKey: KeyObject;
  /** SHA-1 of the public key, as RFC 5280 names keys. */
  keyId: Buffer;
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';
const dayMs = 86_400_000;
/** Longer than any run; shorter than what clients refuse. */
const validDays = 30;

export function createAuthority(): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authority = party('Dark Factory', publicKey);
  const own = issue(authority, authority, privateKey, [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign), true),
  ]);
  return {
    certificate: pem(own),
    javaStore: javaKeyStore(own),
    serverOf(...hosts) {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = hosts.map(
        (host) => new GeneralName(isIP(host) ? { iPAddress: host } : { dNSName: host }),
      );
      const cert = issue(party('server', keys.publicKey), authority, privateKey, [
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
        extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
        extension(id_ce_subjectAltName, new SubjectAlternativeName(names)),
      ]);
      return { key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pem(cert) };
    },
  };
}

function party(name: string, publicKey: KeyObject): Party {
  const value = new AttributeValue({ utf8String: name });
  const part = new AttributeTypeAndValue({ type: commonName, value });
  const { subjectPublicKey } = keyInfo(publicKey);
  return {
    name: new Name([new RelativeDistinguishedName([part])]),
    publicKey,
    keyId: createHash('sha1').update(Buffer.from(subjectPublicKey)).digest(),
  };
}

const keyInfo = (key: KeyObject) =>
  AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo);

function extension(id: string, value: unknown, critical = false): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new Extension({ extnID: id, critical, extnValue });
}

function issue(subject: Party, issuer: Party, key: KeyObject, extensions: Extension[]): Buffer {
  const now = Date.now();
  const signature = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const serial = randomBytes(16);
  // A serial number is positive, and has no byte in front that says nothing.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: arrayBuffer(serial),
    signature,
    issuer: issuer.name,
    subject: subject.name,
    // A clock that is a little behind is no reason to refuse.
    validity: new Validity({
      notBefore: new Date(now - dayMs),
      notAfter: new Date(now + validDays * dayMs),
    }),
    subjectPublicKeyInfo: keyInfo(subject.publicKey),
    extensions: new Extensions([
      ...extensions,
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(arrayBuffer(subject.keyId))),
      extension(
        id_ce_authorityKeyIdentifier,
        new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(arrayBuffer(issuer.keyId)) }),
      ),
    ]),
  });
  const signatureValue = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), key);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: signature,
    signatureValue: arrayBuffer(signatureValue),
  });
  return Buffer.from(AsnConvert.serialize(certificate));
}

function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Java's own format, version 2, with one trusted certificate: Java trusts none in PEM, nor in a plain PKCS #12. */
function javaKeyStore(certificate: Buffer): Buffer {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const created = Buffer.alloc(8);
  created.writeBigUInt64BE(BigInt(Date.now()));
  const trusted = 2;
  const body = Buffer.concat([
    ...[u32(0xfeedfeed), u32(2), u32(1)],
    ...[u32(trusted), text('setup'), created, text('X.509'), u32(certificate.length), certificate],
  ]);
  const password = Buffer.from(javaStorePassword, 'utf16le').swap16();
  const digest = createHash('sha1').update(password).update('Mighty Aphrodite').update(body).digest();
  return Buffer.concat([body, digest]);
}

/** Guards nothing: the format wants one. */
export const javaStorePassword = 'changeit';
