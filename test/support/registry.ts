import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createAuthority } from '../../src/sandbox/authority';
import { temporaryFolder } from './sandbox';

/** What a registry was asked. */
export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
}

/** A package registry on loopback that knows one npm package, `tiny-dep` 1.0.0. */
export interface TestRegistry {
  origin: string;
  /** Certificate that vouches for it; empty without TLS. */
  certificate: string;
  /** Of the package's archive, as lock files hold it. */
  integrity: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** `postinstall` is a shell line that the package wants to run when it is installed. */
export async function startRegistry(
  options: { tls?: boolean; postinstall?: string } = {},
): Promise<TestRegistry> {
  const archive = packageArchive(options.postinstall);
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const asked: Asked[] = [];
  let origin = '';
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers });
    if (url === '/tiny-dep') {
      const dist = { tarball: `${origin}/tiny-dep/-/tiny-dep-1.0.0.tgz`, integrity };
      const version = { name: 'tiny-dep', version: '1.0.0', dist, hasInstallScript: true };
      const meta = { name: 'tiny-dep', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(meta));
    } else if (url === '/tiny-dep/-/tiny-dep-1.0.0.tgz') {
      response.setHeader('content-type', 'application/octet-stream');
      response.end(archive);
    } else {
      response.statusCode = 404;
      response.end('{}');
    }
  };
  const served = await serve(options.tls === true, answer);
  ({ origin } = served);
  return { ...served, integrity, asked };
}

/** A registry of any kind, by TLS on loopback: files by the path of their address. */
export interface FileRegistry {
  origin: string;
  certificate: string;
  /** Paths that were asked for. */
  asked: string[];
  close(): Promise<void>;
}

/**
 * @param filesOf answers the files for the origin that addresses in them begin with
 * @param address of this machine: some clients, such as Go's, use no proxy for loopback
 */
export async function serveFiles(
  filesOf: (origin: string) => Record<string, string | Buffer>,
  address = '127.0.0.1',
): Promise<FileRegistry> {
  const asked: string[] = [];
  let files: Record<string, string | Buffer> = {};
  const served = await serve(
    true,
    ({ url = '' }, response) => {
      const path = new URL(url, 'https://registry.test').pathname;
      asked.push(path);
      const found = files[path];
      if (found === undefined) response.statusCode = 404;
      if (path.endsWith('/')) response.setHeader('content-type', 'text/html');
      response.end(found ?? '');
    },
    address,
  );
  files = filesOf(served.origin);
  return { ...served, asked };
}

async function serve(
  tls: boolean,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  address = '127.0.0.1',
) {
  const authority = tls ? createAuthority() : undefined;
  const server = authority ? createTlsServer(authority.serverOf(address), answer) : createServer(answer);
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls ? 'https' : 'http'}://${address}:${port}`,
    certificate: authority?.certificate ?? '',
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function packageArchive(postinstall: string | undefined): Buffer {
  const folder = temporaryFolder('package');
  mkdirSync(path.join(folder, 'package'));
  const scripts = postinstall === undefined ? {} : { scripts: { postinstall } };
  const manifest = { name: 'tiny-dep', version: '1.0.0', main: 'index.js', ...scripts };
  writeFileSync(path.join(folder, 'package/package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'package/index.js'), "module.exports = 'from tiny-dep';\n");
  return execFileSync('tar', ['-czf', '-', '-C', folder, 'package']);
}
