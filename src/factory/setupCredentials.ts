import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What the person's own files say about registries. None of it is ever seen inside a sandbox. */
export interface UserRegistries {
  credentials: readonly Credential[];
  /** Certificates (PEM) that vouch for registries. */
  trust: string[];
  /** Registries that npm loads from where a project names none, by what they are for: `registry`, `@scope:registry`. */
  npm: ReadonlyMap<string, URL>;
}

export interface Credential {
  /** `host[:port]/path/` that it is for. */
  place: string;
  /** True when a package's name comes right after the place, as npm has it. */
  leading: boolean;
  /** Value of an `Authorization` header. */
  authorization: string;
}

/** Reads `.npmrc` and `.netrc` of a home folder; what is not there says nothing. */
export async function readUserRegistries(home: string, env: NodeJS.ProcessEnv): Promise<UserRegistries> {
  const npmrc = expand(await read(path.join(home, '.npmrc')), env);
  const netrc = await read(path.join(home, '.netrc'));
  const cafile = /^\s*cafile\s*=\s*(.+?)\s*$/m.exec(npmrc)?.[1];
  const trust = cafile === undefined ? '' : await read(path.resolve(home, unquoted(cafile)));
  return {
    credentials: [...fromNpmrc(npmrc), ...fromNetrc(netrc)],
    trust: trust === '' ? [] : [trust],
    npm: registriesOf(npmrc),
  };
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

const expand = (text: string, env: NodeJS.ProcessEnv) =>
  text.replace(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? whole);
const unquoted = (value: string) => value.replace(/^(["'])(.*)\1$/, '$2');
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Without credentials, which an address may hold as well. */
function registriesOf(npmrc: string): Map<string, URL> {
  const registries = new Map<string, URL>();
  for (const [, what = '', value = ''] of npmrc.matchAll(/^\s*((?:@[\w.~-]+:)?registry)\s*=\s*(.+?)\s*$/gm)) {
    const url = URL.parse(unquoted(value));
    if (url?.protocol !== 'https:' && url?.protocol !== 'http:') continue;
    registries.set(what, new URL(url.pathname, url.origin));
  }
  return registries;
}

function fromNpmrc(text: string): Credential[] {
  const places = new Map<string, Record<string, string>>();
  for (const [, place = '', key = '', value = ''] of text.matchAll(
    /^\s*\/\/(\S+?)\/?:(_authToken|_auth|username|_password)\s*=\s*(.+?)\s*$/gm,
  ))
    places.set(place, { ...places.get(place), [key]: unquoted(value) });
  return [...places].flatMap(([place, { _authToken, _auth, username, _password }]) => {
    const authorization =
      _authToken !== undefined
        ? `Bearer ${_authToken}`
        : _auth !== undefined
          ? `Basic ${_auth}`
          : username !== undefined && _password !== undefined
            ? basic(username, Buffer.from(_password, 'base64').toString())
            : undefined;
    return authorization === undefined ? [] : [{ place: `${place}/`, leading: true, authorization }];
  });
}

function fromNetrc(text: string): Credential[] {
  return [...text.matchAll(/\bmachine\s+(\S+)\s+login\s+(\S+)\s+password\s+(\S+)/g)].map(
    ([, host = '', user = '', password = '']) => ({
      place: `${host}/`,
      leading: false,
      authorization: basic(user, password),
    }),
  );
}

/**
 * The credential for a request, if there is one: only for a package that the sealed lock files name, so that no
 * package reads others that the person may see, and never over a connection that others can listen to.
 */
export function authorizer(
  credentials: readonly Credential[],
  names: ReadonlySet<string>,
): (url: URL) => string | undefined {
  const folded = new Set([...names].map(fold));
  return (url) => {
    if (url.protocol !== 'https:' && url.hostname !== '127.0.0.1' && url.hostname !== 'localhost')
      return undefined;
    const place = `${url.host}${url.pathname}`;
    const [fitting] = credentials
      .filter((credential) => place.startsWith(credential.place))
      .sort((a, b) => b.place.length - a.place.length);
    if (!fitting) return undefined;
    const parts = partsOf(place.slice(fitting.place.length));
    const locked = fitting.leading ? leads(parts, names) : mentions(parts.map(fold), folded);
    return locked ? fitting.authorization : undefined;
  };
}

/** None where a server could read the path in another way than we do: its dots, its slashes, or decoded once more. */
function partsOf(rest: string): string[] {
  try {
    const path = decodeURIComponent(rest.replace(/\/$/, ''));
    const parts = path.split('/');
    const isPlain = !/[\\%?#;\p{Cc}]/u.test(path) && parts.every((part) => !['', '.', '..'].includes(part));
    return isPlain ? parts : [];
  } catch {
    return [];
  }
}

/** Names as registries compare them. */
const fold = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');

/** True when the first part, or the first two of a scoped name, are one of the packages. */
function leads([first = '', second = '']: string[], names: ReadonlySet<string>): boolean {
  return names.has(first) || names.has(`${first}/${second}`);
}

/**
 * True when some parts in a row are one of the packages (a Go module has several), or the last is a file named
 * `NAME-VERSION…` of one.
 */
function mentions(parts: string[], names: ReadonlySet<string>): boolean {
  const file = parts.at(-1) ?? '';
  for (let from = 0; from < parts.length; from++)
    for (let to = from + 1; to <= parts.length; to++)
      if (names.has(parts.slice(from, to).join('/'))) return true;
  for (let at = file.indexOf('-'); at > 0; at = file.indexOf('-', at + 1))
    if (names.has(file.slice(0, at)) && /^\d/.test(file.slice(at + 1))) return true;
  return false;
}
