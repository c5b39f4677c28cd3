import { createCipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A scenario as format 1 kept it. */
export interface OldScenario {
  id: string;
  /** The author's own id. */
  own: string;
  text: string;
  bits: number;
}

const derive = (key: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `dark-factory vault ${use}`, 32));
const hmac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('hex');

function encrypt(key: Buffer, aad: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Writes a vault as the first version did: wrapped keys in the sealed files, everything keyed by the workspace key. */
export function writeOldVault(
  dir: string,
  key: Buffer,
  workspaceId: string,
  scenarios: readonly OldScenario[],
): void {
  mkdirSync(dir, { recursive: true });
  const kid = derive(key, 'kid').subarray(0, 8).toString('hex');
  const entries = scenarios.map(({ id, own, text, bits }) => {
    const aad = Buffer.from(`${workspaceId}|${id}|1|${kid}`);
    const body = Buffer.from(JSON.stringify({ text, canarySeed: 'ab'.repeat(16) }));
    const padded = Buffer.alloc(4096);
    padded.writeUInt32BE(body.length);
    body.copy(padded, 4);
    const dataKey = randomBytes(32);
    const sealed = Buffer.concat([
      Buffer.from('DFH1'),
      encrypt(derive(key, 'wrap'), aad, dataKey),
      encrypt(dataKey, aad, padded),
    ]);
    const file = `${randomBytes(16).toString('hex')}.sealed`;
    writeFileSync(path.join(dir, file), sealed);
    const sha256 = createHash('sha256').update(sealed).digest('hex');
    return {
      id,
      name: hmac(derive(key, 'name'), own),
      half: 'feedback',
      spending: { bits, asked: 0, passed: 0 },
      version: 1,
      body: { file, sha256, covers: ['R1'], weight: 1 },
    };
  });
  const manifest = JSON.stringify({ format: 1, workspaceId, kid, sequence: 1, entries, retired: [] });
  const mac = hmac(derive(key, 'mac'), manifest);
  writeFileSync(path.join(dir, 'manifest-000000001.json'), JSON.stringify({ manifest, mac }));
}
