import { timingSafeEqual } from 'node:crypto';
import { childOf, textOf, type Node } from './node';
import type { Operation, Resolve } from './operations';

/** What came of looking at a request's credentials; `challenge` is for WWW-Authenticate. */
export type Admission =
  { admitted: true } | { admitted: false; challenge: string | undefined; unmodelled?: true };

interface Credentials {
  header: (name: string) => string | undefined;
  query: Readonly<Record<string, unknown>>;
}

/**
 * Whether a request has what its operation asks for: the twin's token as API key, as bearer token (OAuth 2 and OpenID
 * Connect as well), or as one half of basic credentials. One alternative is enough; schemes nobody can check admit
 * nobody.
 */
export function admit(
  { security }: Operation,
  schemes: Node,
  resolve: Resolve,
  request: Credentials,
  token: string,
): Admission {
  if (security.length === 0) return { admitted: true };
  const outcomes = security.map((alternative) =>
    Object.keys(alternative).map((name) => checkScheme(resolve(childOf(schemes, name)), request, token)),
  );
  if (outcomes.some((parts) => parts.every(({ ok }) => ok))) return { admitted: true };
  const parts = outcomes.flat();
  const challenge = parts.find((part) => part.challenge !== undefined)?.challenge;
  return parts.every(({ known }) => !known)
    ? { admitted: false, challenge, unmodelled: true }
    : { admitted: false, challenge };
}

interface Part {
  ok: boolean;
  known: boolean;
  challenge: string | undefined;
}

function checkScheme(scheme: Node, { header, query }: Credentials, token: string): Part {
  const kind = schemeKind(scheme);
  const part = (ok: boolean, challenge?: string): Part => ({ ok, known: true, challenge });
  const authorization = header('authorization') ?? '';
  if (kind === 'apiKey') return part(same(apiKey(scheme, { header, query }), token));
  if (kind === 'bearer') return part(same(/^bearer +(\S+)$/i.exec(authorization)?.[1], token), 'Bearer');
  if (kind === 'basic') {
    const pair = Buffer.from(/^basic +(\S+)$/i.exec(authorization)?.[1] ?? '', 'base64').toString();
    const [user, password] = [pair.split(':', 1)[0], pair.slice(pair.indexOf(':') + 1)];
    return part(pair.includes(':') && (same(user, token) || same(password, token)), 'Basic');
  }
  return { ok: false, known: false, challenge: undefined };
}

/** How a scheme is checked; undefined when it cannot be. */
export function schemeKind(scheme: Node): 'apiKey' | 'bearer' | 'basic' | undefined {
  const [type, name] = [textOf(scheme, 'type'), textOf(scheme, 'scheme')?.toLowerCase()];
  if (type === 'apiKey') return 'apiKey';
  if (type === 'oauth2' || type === 'openIdConnect') return 'bearer';
  return type === 'http' && (name === 'bearer' || name === 'basic') ? name : undefined;
}

function apiKey(scheme: Node, { header, query }: Credentials): string | undefined {
  const name = textOf(scheme, 'name') ?? '';
  const place = textOf(scheme, 'in');
  if (place === 'query') {
    const value = Object.hasOwn(query, name) ? query[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  }
  if (place === 'cookie') {
    const pairs = (header('cookie') ?? '').split(/; */);
    return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  }
  // Some vendors put a word before the key, such as `SSWS`.
  return header(name)?.split(' ').at(-1);
}

function same(given: string | undefined, token: string): boolean {
  const [left, right] = [Buffer.from(given ?? ''), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}
