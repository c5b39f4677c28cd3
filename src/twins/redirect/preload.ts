/**
 * Loaded into Node programs by NODE_OPTIONS: connections to the real hosts of twins end at the twins. Everything in
 * Node that speaks TLS (fetch, undici, http2's neighbours https and ws) asks `tls.connect` for its connection, so this
 * one function is replaced; the `Host` header and all else stay as the program wrote them.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type * as Net from 'node:net';
import type * as Tls from 'node:tls';
import { hostsVariable, portOf, readHosts } from './hosts';

// Modules as programs see them: an import would be a copy.
const builtin = createRequire(__filename);
const net = builtin('node:net') as typeof Net;
const tls = builtin('node:tls') as typeof Tls;

const hosts = readHosts(process.env[hostsVariable] ?? '');
const connectTls = tls.connect;

/** The options among arguments that are options, port and options, or port, host and options. */
function optionsOf(args: readonly unknown[]): Tls.ConnectionOptions {
  const given = args.find((arg) => typeof arg === 'object' && arg !== null) ?? {};
  const [port, host] = args;
  return {
    ...(typeof port === 'number' ? { port } : {}),
    ...(typeof host === 'string' ? { host } : {}),
    ...given,
  };
}

/** A plain connection that its owner takes for one with TLS that was found in order. */
function connectTwin(port: number, options: Tls.ConnectionOptions): Tls.TLSSocket {
  const socket = net.connect({
    port,
    host: '127.0.0.1',
    ...(options.timeout ? { timeout: options.timeout } : {}),
  });
  socket.once('connect', () => socket.emit('secureConnect'));
  return Object.assign(socket, {
    encrypted: true,
    authorized: true,
    authorizationError: null,
    alpnProtocol: false,
    servername: options.servername ?? options.host,
    getPeerCertificate: () => ({}),
    getPeerX509Certificate: () => undefined,
    getCipher: () => ({
      name: 'TLS_AES_256_GCM_SHA384',
      standardName: 'TLS_AES_256_GCM_SHA384',
      version: 'TLSv1.3',
    }),
    getEphemeralKeyInfo: () => ({}),
    getFinished: () => undefined,
    getPeerFinished: () => undefined,
    setServername: () => undefined,
    disableRenegotiation: () => undefined,
    getProtocol: () => 'TLSv1.3',
    getSession: () => undefined,
    isSessionReused: () => false,
  }) as unknown as Tls.TLSSocket;
}

function connect(...args: unknown[]): Tls.TLSSocket {
  const options = optionsOf(args);
  const name = options.host ?? options.servername ?? '';
  // Twins speak HTTP/1.1; who takes nothing but HTTP/2 has no way to them.
  const protocols = options.ALPNProtocols;
  const other = Array.isArray(protocols) && !protocols.includes('http/1.1');
  const port = options.socket || other ? undefined : portOf(hosts, name);
  if (port === undefined) return (connectTls as (...all: unknown[]) => Tls.TLSSocket)(...args);
  const socket = connectTwin(port, options);
  const callback = args.findLast((arg) => typeof arg === 'function');
  if (callback) socket.once('secureConnect', callback as () => void);
  return socket;
}

if (hosts.length > 0) {
  tls.connect = connect;
  syncBuiltinESMExports();
}
