import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflate, deflateSync } from 'node:zlib';
import type { FactoryRepo } from './repository';

/**
 * Objects in git's own loose format, written without a process: starting git costs more than all a checkpoint has to
 * write. Everything else about the repository is git's work.
 */
type ObjectKind = 'blob' | 'tree' | 'commit';

const compress = promisify(deflate);
/** What git itself uses for loose objects. */
const level = 1;
/** Up to here compressing is done before a thread for it would have woken up. */
const smallBytes = 64 * 1024;

const headed = (kind: ObjectKind, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${kind} ${data.length}\0`), data]);

/** The id git gives to an object in this repository. */
export function objectId(repo: FactoryRepo, kind: ObjectKind, data: Buffer): string {
  return idOf(repo, headed(kind, data));
}

function idOf(repo: FactoryRepo, whole: Buffer): string {
  return createHash(repo.user?.objectFormat ?? 'sha1')
    .update(whole)
    .digest('hex');
}

/** Keeps an object and returns its id. The file is written synchronously: that takes microseconds. */
export async function writeObject(repo: FactoryRepo, kind: ObjectKind, data: Buffer): Promise<string> {
  const whole = headed(kind, data);
  const id = idOf(repo, whole);
  const folder = path.join(repo.gitDir, 'objects', id.slice(0, 2));
  const file = path.join(folder, id.slice(2));
  if (existsSync(file)) return id;
  const packed =
    whole.length <= smallBytes ? deflateSync(whole, { level }) : await compress(whole, { level });
  mkdirSync(folder, { recursive: true });
  // Git removes what a crash leaves under such a name.
  const draft = path.join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  writeFileSync(draft, packed, { mode: 0o444 });
  renameSync(draft, file);
  return id;
}
