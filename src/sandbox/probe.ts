/** The judge's hand inside the pod: speaks to the candidate, answers the host in bounded JSON. */
import { mkdir, open, realpath, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ConnectRequest,
  FileRequest,
  HttpRequest,
  ProbeAnswer,
  ProbeFailure,
  ProbeRequest,
  WriteRequest,
} from './probeProtocol';
import { readReport } from './reports';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);
const connectPauseMs = 25;

/** An end of the request that has a name. */
class Refusal extends Error {
  constructor(readonly reason: ProbeFailure) {
    super(reason);
  }
}

async function answer(request: ProbeRequest): Promise<ProbeAnswer> {
  try {
    switch (request.op) {
      case 'connect':
        return await waitForPort(request);
      case 'http':
        return await http(request);
      case 'file':
        return await readBounded(request);
      case 'write':
        return await writeFiles(request);
      case 'report':
        return { ok: true, op: 'report', cases: readReport(request.format, request.text) };
    }
  } catch (error) {
    return { ok: false, reason: error instanceof Refusal ? error.reason : reasonOf(error) };
  }
}

async function waitForPort({ port, withinMs }: ConnectRequest): Promise<ProbeAnswer> {
  const end = performance.now() + withinMs;
  while (!(await listens(port))) {
    if (performance.now() > end) throw new Refusal('timeout');
    await sleep(connectPauseMs);
  }
  return { ok: true, op: 'connect' };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

async function http(request: HttpRequest): Promise<ProbeAnswer> {
  const url = new URL(request.url);
  if (url.protocol !== 'http:' || !loopback.has(url.hostname)) throw new Refusal('outside');
  const response = await send(url, request, AbortSignal.timeout(request.withinMs));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > request.maxBytes) throw new Refusal('too-large');
    chunks.push(chunk);
  }
  const headers = Object.entries(response.headers).map(([name, value]) => [
    name,
    [value ?? ''].flat().join(', '),
  ]);
  return {
    ok: true,
    op: 'http',
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function send(
  url: URL,
  { method, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = httpRequest(
      url,
      { method, headers: { ...length, ...headers }, agent: false, signal },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readBounded({ root, path: relative, maxBytes }: FileRequest): Promise<ProbeAnswer> {
  const file = await realpath(path.resolve(root, relative));
  if (!file.startsWith(`${root}/`)) throw new Refusal('outside');
  // Without the flag, opening a pipe waits for someone to write to it.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new Refusal('not-a-file');
    // One byte more than allowed tells a file that is too large, whatever its size says.
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
    if (bytesRead > maxBytes) throw new Refusal('too-large');
    return { ok: true, op: 'file', text: buffer.toString('utf8', 0, bytesRead) };
  } finally {
    await handle.close();
  }
}

async function writeFiles({ root, files, folders = [] }: WriteRequest): Promise<ProbeAnswer> {
  const placeOf = (name: string): string => {
    const place = path.resolve(root, name);
    if (!place.startsWith(`${root}/`)) throw new Refusal('outside');
    return place;
  };
  for (const folder of folders.map(placeOf)) await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = placeOf(name);
    await mkdir(path.dirname(file), { recursive: true });
    // A pipe would be waited at, a link followed.
    await rm(file, { recursive: true, force: true });
    if (typeof content === 'string') await writeFile(file, content);
    else {
      const mode = content.executable ? 0o755 : 0o644;
      await writeFile(file, Buffer.from(content.data, 'base64'), { mode });
    }
  }
  return { ok: true, op: 'write' };
}

function reasonOf(error: unknown): ProbeFailure {
  const { code, name } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
  if (code === 'ECONNREFUSED') return 'refused';
  if (name === 'AbortError' || name === 'TimeoutError') return 'timeout';
  if (code?.startsWith('ERR_')) return 'bad-request';
  return 'failed';
}

async function main() {
  const request = JSON.parse(await text(process.stdin)) as ProbeRequest;
  process.stdout.write(JSON.stringify(await answer(request)), () => process.exit(0));
}

void main();
