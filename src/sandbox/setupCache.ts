import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An answer of a registry as it is passed inside. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Readable;
}

/**
 * What registries answered before, on the host's disk. Only the proxy writes it, so that no package can put anything
 * there for another project; what it holds came over a verified connection from the address it is filed under.
 */
export interface ResponseCache {
  /** The kept answer, and whether its registry said that it never changes. */
  find(name: string): Promise<{ answer: Answer; immutable: boolean } | undefined>;
  /** Keeps a copy of the answer once its body is read to the end, and none when it breaks off. */
  keep(name: string, answer: Answer): void;
  /** Resolves when everything that is being kept is on disk. */
  settled(): Promise<void>;
}

type Head = Pick<Answer, 'status' | 'headers'>;

/** More than this is thinned out, least recently used first, when a cache is opened. */
const mostBytes = 2 * 1024 ** 3;
/** A draft this old was left by a process that ended. */
const staleMs = 86_400_000;
/** The head is the first line of a file, as JSON; the rest is the body. */
const longestHead = 16 * 1024;

/** Opens a folder as a cache. */
export async function openResponseCache(dir: string): Promise<ResponseCache> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await thinOut(dir);
  const underway = new Set<Promise<void>>();
  const fileOf = (name: string) => path.join(dir, createHash('sha256').update(name).digest('hex'));

  return {
    async find(name) {
      const handle = await open(fileOf(name)).catch(() => undefined);
      try {
        if (!handle) return undefined;
        const { head, start } = await readHead(handle);
        const now = new Date();
        await handle.utimes(now, now);
        const immutable = /\bimmutable\b/.test(head.headers['cache-control'] ?? '');
        // Of the open file: it may be thinned out meanwhile, and nothing can fail before somebody reads.
        return { answer: { ...head, body: handle.createReadStream({ start }) }, immutable };
      } catch {
        await handle?.close();
        return undefined; // Not whole: the registry is asked.
      }
    },
    keep(name, answer) {
      const writing = write(fileOf(name), answer).finally(() => underway.delete(writing));
      underway.add(writing);
    },
    async settled() {
      await Promise.all(underway);
    },
  };
}

async function readHead(handle: FileHandle): Promise<{ head: Head; start: number }> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestHead), 0, longestHead, 0);
  const end = buffer.subarray(0, bytesRead).indexOf('\n');
  return { head: JSON.parse(buffer.toString('utf8', 0, end)) as Head, start: end + 1 };
}

async function write(file: string, { status, headers, body }: Answer): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const out = createWriteStream(draft, { mode: 0o600 });
    out.write(`${JSON.stringify({ status, headers } satisfies Head)}\n`);
    await pipeline(body, out);
    await rename(draft, file);
  } catch {
    body.resume(); // The answer itself flows on.
    // A full disk or a broken answer costs a copy, never the setup.
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function thinOut(dir: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(dir)).map(async (name) => {
      const file = path.join(dir, name);
      // Another run may be thinning out, too.
      const { size, mtimeMs } = await stat(file).catch(() => ({ size: 0, mtimeMs: 0 }));
      return { file, size, mtimeMs, draft: name.includes('.') };
    }),
  );
  let left = files.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size, mtimeMs, draft } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    const stale = draft && mtimeMs < Date.now() - staleMs;
    if (!stale && (draft || left <= mostBytes)) continue;
    left -= size;
    await rm(file, { force: true });
  }
}
