import { type Agent, request as httpRequest, Agent as HttpAgent } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https';
import { PassThrough } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { messageOf } from '../shared/errors';
import { InnerAddress, publicLookup } from './setupAddresses';
import type { Answer, ResponseCache } from './setupCache';

/** How registries are asked. */
export interface UpstreamOptions {
  /** Origins that may lie on this machine or in its network, because the person named them. */
  inner: ReadonlySet<string>;
  cache: ResponseCache;
  /** The `Authorization` header of a request, if there is one; requests inside never carry any. */
  authorize(this: void, url: URL): string | undefined;
  /** Certificates (PEM) that vouch for registries beside those that Node knows. */
  trust: readonly string[];
  /** Address of the person's own proxy for a request, with its credentials; empty or absent for none. */
  proxyFor?(this: void, url: URL): string;
}

const patienceMs = 60_000;
const atOnce = 16;
/** Of a path that an allowed host redirected to: signatures are long, and it was not the setup that chose it. */
export const longestRedirect = 4096;

/** Headers that pass; the rest could carry anything. */
const askedHeaders = ['accept', 'accept-encoding', 'range'];
const answeredHeaders = [
  ...['content-type', 'content-length', 'content-encoding', 'content-range', 'accept-ranges'],
  ...['etag', 'last-modified', 'cache-control', 'date'],
];
const longestHeader = 300;

type Found = Answer | { error: string; inner: boolean };

/** Asks registries, and the cache where they cannot be reached or said that their answer never changes. */
export function openUpstream({ inner, cache, authorize, trust, proxyFor }: UpstreamOptions) {
  const abort = new AbortController();
  const agents = new Map<string, Agent>();
  const ca = trust.length > 0 ? { ca: [...rootCertificates, ...trust] } : {};

  /** The connections of a kind: by which proxy, if any, and by TLS or not. */
  function agentOf(isSecure: boolean, proxy: string): Agent {
    const name = `${isSecure} ${proxy}`;
    const agent = agents.get(name) ?? newAgent(isSecure, proxy);
    agents.set(name, agent);
    return agent;
  }

  async function load(url: URL, request: IncomingMessage, headers: OutgoingHttpHeaders): Promise<Answer> {
    const isSecure = url.protocol === 'https:';
    const proxy = proxyFor?.(url) ?? '';
    const isPublic = !inner.has(url.origin);
    if (proxy !== '' && isPublic) await refuseInner(url);
    return new Promise((resolve, reject) => {
      const asked = (isSecure ? httpsRequest : httpRequest)(url, {
        method: request.method,
        headers,
        agent: agentOf(isSecure, proxy),
        timeout: patienceMs,
        signal: abort.signal,
        ...ca,
        ...(isPublic ? { lookup: publicLookup } : {}),
      });
      // Otherwise the proxy's own answer to a tunnel would be taken for the registry's.
      asked.once('proxyConnect', ({ statusCode }: { statusCode?: number }) => {
        if (isSecure && statusCode !== 200) asked.destroy(new Error(`your proxy answered ${statusCode}`));
      });
      asked.once('timeout', () => asked.destroy(new Error(`no answer in ${patienceMs / 1000} s`)));
      asked.on('error', reject);
      asked.once('response', (body) => {
        const location = picked(body.headers, ['location'], longestRedirect);
        const passed = { ...picked(body.headers, answeredHeaders), ...location };
        resolve({ status: body.statusCode ?? 502, headers: passed, body });
      });
      asked.end();
    });
  }

  return {
    async ask(url: URL, request: IncomingMessage): Promise<Found> {
      const headers = picked(request.headers, askedHeaders);
      const authorization = authorize(url);
      // What takes credentials to see is not kept, nor what anybody on the way could have written; and a part of an
      // answer is not the answer.
      const isKept = url.protocol === 'https:' && request.method === 'GET' && !authorization;
      const name = isKept && !headers['range'] && cacheName(url, headers);
      const kept = name ? await cache.find(name) : undefined;
      if (kept?.immutable) return kept.answer;
      try {
        const own = { 'user-agent': 'dark-factory', ...(authorization ? { authorization } : {}) };
        const answer = await load(url, request, { ...headers, ...own });
        kept?.answer.body.destroy();
        if (name && answer.status === 200) cache.keep(name, { ...answer, body: copyOf(answer) });
        return answer;
      } catch (error) {
        return kept?.answer ?? { error: messageOf(error), inner: error instanceof InnerAddress };
      }
    },
    close() {
      // Agents only close connections: requests that wait for one would still go out.
      abort.abort();
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

function newAgent(isSecure: boolean, proxy: string): Agent {
  const options = { keepAlive: true, maxSockets: atOnce };
  if (proxy === '') return isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  return isSecure ? new HttpsProxyAgent(proxy, options) : new HttpProxyAgent(proxy, options);
}

/** A proxy looks names up by itself; one that leads into this machine's network here is not given to it. */
function refuseInner({ hostname }: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    publicLookup(hostname, {}, (error) => (error instanceof InnerAddress ? reject(error) : resolve()));
  });
}

function copyOf({ body }: Answer): PassThrough {
  const copy = new PassThrough();
  body.pipe(copy);
  body.once('error', (error) => copy.destroy(error));
  body.once('close', () => body.readableEnded || copy.destroy(new Error('The answer broke off.')));
  return copy;
}

function cacheName(url: URL, headers: Record<string, string>): string {
  return [url.href, headers['accept'], headers['accept-encoding']].join('\n');
}

function picked(
  headers: IncomingMessage['headers'],
  names: readonly string[],
  longest = longestHeader,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' && value.length <= longest ? [[name, value]] : [];
    }),
  );
}
