import { isDeepStrictEqual } from 'node:util';
import { childOf, isNode, listOf, numberOf, textOf, type Node } from './node';
import type { Resolve } from './operations';
import { typesOf } from './shape';

/** The first thing that is wrong with a value. */
export interface Flaw {
  /** Where it is, `pet.tags.0`; empty for the value itself. */
  at: string;
  /** What is wrong, for the middle of a sentence: `must be a string`. */
  what: string;
  /** A word for it, as some error bodies have one. */
  code: 'missing_field' | 'invalid';
}

const maxDepth = 64;

const formats: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/i,
  date: /^\d{4}-\d\d-\d\d$/,
  email: /^[^\s@]+@[^\s@]+$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  ipv4: /^\d{1,3}(\.\d{1,3}){3}$/,
};

/**
 * Checks a value against a schema of OpenAPI, as far as APIs need it: types, members, enumerations, limits, patterns,
 * common formats and combinations. `oneOf` is read as `anyOf`, for many documents overlap where they should not.
 * @param writing members that are read-only may be missing
 */
export function findFlaw(schema: Node, value: unknown, resolve: Resolve, writing = false): Flaw | null {
  const check = (node: Node, one: unknown, at: string, depth: number): Flaw | null => {
    if (depth > maxDepth || (one === null && node['nullable'] === true)) return null;
    const inner: Check = (part, member, place) => check(resolve(part), member, place, depth + 1);
    return (
      typeFlaw(node, one, at) ??
      valueFlaw(node, one, at) ??
      (typeof one === 'string' ? textFlaw(node, one, at) : null) ??
      (typeof one === 'number' ? numberFlaw(node, one, at) : null) ??
      (Array.isArray(one) ? listFlaw(node, one, at, inner) : null) ??
      (isNode(one) ? objectFlaw(node, one, at, inner, { resolve, writing }) : null) ??
      combinedFlaw(node, one, at, inner)
    );
  };
  return check(schema, value, '', 0);
}

type Check = (schema: unknown, value: unknown, at: string) => Flaw | null;

const flaw = (at: string, what: string, code: Flaw['code'] = 'invalid'): Flaw => ({ at, what, code });

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isNode(value);
  if (type === 'integer') return Number.isInteger(value);
  // Types nobody defined, such as `file` and `any`, refuse nothing.
  return ['string', 'number', 'boolean'].includes(type) ? typeof value === type : true;
}

function typeFlaw(node: Node, value: unknown, at: string): Flaw | null {
  const types = typesOf(node);
  if (types.length === 0 || types.some((type) => isOf(type, value))) return null;
  return flaw(at, `must be of type ${types.join(' or ')}`);
}

function valueFlaw(node: Node, value: unknown, at: string): Flaw | null {
  const allowed = listOf(node, 'enum');
  if (allowed.length > 0 && !allowed.some((one) => isDeepStrictEqual(one, value))) {
    return flaw(at, `must be one of ${allowed.slice(0, 20).map(String).join(', ')}`);
  }
  return 'const' in node && !isDeepStrictEqual(node['const'], value)
    ? flaw(at, `must be ${JSON.stringify(node['const'])}`)
    : null;
}

function textFlaw(node: Node, value: string, at: string): Flaw | null {
  const [min, max] = [numberOf(node, 'minLength'), numberOf(node, 'maxLength')];
  if (min !== undefined && value.length < min) return flaw(at, `must have at least ${min} characters`);
  if (max !== undefined && value.length > max) return flaw(at, `must have at most ${max} characters`);
  const pattern = textOf(node, 'pattern');
  if (pattern !== undefined && !(compiled(pattern)?.test(value) ?? true))
    return flaw(at, `must match ${pattern}`);
  const format = textOf(node, 'format') ?? '';
  return Object.hasOwn(formats, format) && !formats[format]!.test(value)
    ? flaw(at, `must be a valid ${format}`)
    : null;
}

const patterns = new Map<string, RegExp | undefined>();

/** Undefined for a pattern that JavaScript does not understand. */
function compiled(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) {
    let made: RegExp | undefined;
    try {
      made = new RegExp(pattern, 'u');
    } catch {
      made = undefined;
    }
    patterns.set(pattern, made);
  }
  return patterns.get(pattern);
}

function numberFlaw(node: Node, value: number, at: string): Flaw | null {
  const { exclusiveMinimum, exclusiveMaximum } = node;
  const [min, max] = [numberOf(node, 'minimum'), numberOf(node, 'maximum')];
  const over = (limit: number, open: boolean) => (open ? value > limit : value >= limit);
  const under = (limit: number, open: boolean) => (open ? value < limit : value <= limit);
  if (min !== undefined && !over(min, exclusiveMinimum === true)) return flaw(at, `must be at least ${min}`);
  if (max !== undefined && !under(max, exclusiveMaximum === true)) return flaw(at, `must be at most ${max}`);
  if (typeof exclusiveMinimum === 'number' && !over(exclusiveMinimum, true)) {
    return flaw(at, `must be over ${exclusiveMinimum}`);
  }
  if (typeof exclusiveMaximum === 'number' && !under(exclusiveMaximum, true)) {
    return flaw(at, `must be under ${exclusiveMaximum}`);
  }
  return null;
}

const below = (at: string, key: string | number): string => (at === '' ? String(key) : `${at}.${key}`);

function listFlaw(node: Node, value: readonly unknown[], at: string, check: Check): Flaw | null {
  const [min, max] = [numberOf(node, 'minItems'), numberOf(node, 'maxItems')];
  if (min !== undefined && value.length < min) return flaw(at, `must have at least ${min} items`);
  if (max !== undefined && value.length > max) return flaw(at, `must have at most ${max} items`);
  if (!isNode(node['items'])) return null;
  for (const [index, item] of value.entries()) {
    const found = check(node['items'], item, below(at, index));
    if (found) return found;
  }
  return null;
}

function objectFlaw(
  node: Node,
  value: Node,
  at: string,
  check: Check,
  { resolve, writing }: { resolve: Resolve; writing: boolean },
): Flaw | null {
  const properties = childOf(node, 'properties');
  for (const name of listOf(node, 'required')) {
    if (typeof name !== 'string' || Object.hasOwn(value, name)) continue;
    if (writing && resolve(childOf(properties, name))['readOnly'] === true) continue;
    return flaw(below(at, name), 'is required', 'missing_field');
  }
  const others = node['additionalProperties'];
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name);
    if (!known && others === false) return flaw(below(at, name), 'is not known');
    const schema = known ? properties[name] : others;
    const found = isNode(schema) ? check(schema, member, below(at, name)) : null;
    if (found) return found;
  }
  return null;
}

function combinedFlaw(node: Node, value: unknown, at: string, check: Check): Flaw | null {
  for (const part of listOf(node, 'allOf')) {
    const found = check(part, value, at);
    if (found) return found;
  }
  for (const key of ['anyOf', 'oneOf']) {
    const found = listOf(node, key).map((part) => check(part, value, at));
    if (found.length > 0 && !found.includes(null)) return found[0] ?? null;
  }
  return isNode(node['not']) && check(node['not'], value, at) === null ? flaw(at, 'is not allowed') : null;
}
