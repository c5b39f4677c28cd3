import { isNode, setOwn, textOf, type Node } from './node';

/** Member of a repaired document that tells what was done. */
export const repairsKey = 'x-twin-repairs';
/** Deeper documents are cut off there; no real one is. */
const maxDepth = 200;
/** Members with data or text, in which nothing is a schema. */
const dataKeys = ['example', 'examples', 'default', 'enum', 'const', 'value'];
const proseKeys = ['description', 'summary', 'externalDocs', 'x-codeSamples', 'x-code-samples'];

/** Follows a local reference such as `#/components/schemas/pet`; undefined when nothing is there. */
export function follow(root: Node, ref: string): unknown {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const part of ref.slice(2).split('/')) {
    const key = unescape(part);
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Node)[key];
  }
  return at;
}

function unescape(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** Where a reference that leads nowhere may have meant: documents in the wild mix the places of 2.0 and 3.0. */
function meant(root: Node, ref: string): string | undefined {
  const name = ref.split('/').at(-1) ?? '';
  const places = ['schemas', 'parameters', 'responses', 'examples', 'headers', 'requestBodies'];
  const of20 = /^#\/(definitions|parameters|responses)\//.exec(ref)?.[1];
  const likely = of20 === 'definitions' ? ['schemas'] : of20 === undefined ? [] : [of20];
  return [...likely, ...places.filter((place) => ref.includes(`/${place}/`))]
    .map((place) => `#/components/${place}/${name}`)
    .find((candidate) => candidate !== ref && follow(root, candidate) !== undefined);
}

/**
 * A document in which every reference leads somewhere and which holds no prose, and what had to be repaired. References
 * that lead nowhere are led to what they probably meant, or replaced by a schema that allows anything; so are those to
 * other files. Of descriptions, those of parameters stay, for they tell of limits.
 */
export function repair(document: Node): { document: Node; repairs: string[] } {
  const repairs = new Map<string, string>();
  const mended = (ref: string): Node => {
    if (follow(document, ref) !== undefined) return { $ref: ref };
    const target = meant(document, ref);
    const done = target === undefined ? 'allows anything now' : `leads to ${target} now`;
    const why = ref.startsWith('#') ? 'leads nowhere' : 'is in another file';
    repairs.set(ref, `The reference ${ref} ${why} and ${done}.`);
    return target === undefined ? {} : { $ref: target };
  };
  const walk = (value: unknown, depth: number): unknown => {
    if (depth > maxDepth) return {};
    if (Array.isArray(value)) return value.map((item) => walk(item, depth + 1));
    if (!isNode(value)) return value;
    const ref = textOf(value, '$ref');
    if (ref !== undefined) return mended(ref);
    const changed = {};
    for (const [key, member] of Object.entries(value)) {
      if (isProse(key, member, value)) continue;
      setOwn(changed, key, isData(key, member) ? unquoted(key, member) : walk(member, depth + 1));
    }
    return changed;
  };
  return { document: walk(document, 0) as Node, repairs: [...repairs.values()] };
}

function isProse(key: string, member: unknown, owner: Node): boolean {
  if (!proseKeys.includes(key) || (isNode(member) && key !== 'externalDocs')) return false;
  return textOf(owner, 'in') === undefined;
}

/** Named examples may be references, and an object called `default` is a response nearly always. */
function isData(key: string, member: unknown): boolean {
  return dataKeys.includes(key) && !((key === 'examples' || key === 'default') && isNode(member));
}

/** Some vendors write examples as texts that hold JSON. */
function unquoted(key: string, member: unknown): unknown {
  const isExample = key === 'example' || key === 'value';
  if (!isExample || typeof member !== 'string' || !/^\s*[[{]/.test(member)) return member;
  try {
    return JSON.parse(member);
  } catch {
    return member;
  }
}
