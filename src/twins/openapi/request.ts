import { childOf, isNode, listOf, setOwn, type Node } from './node';
import type { Operation, Resolve } from './operations';
import { typesOf } from './shape';
import { findFlaw, type Flaw } from './validate';

/** Levels of `a[b][c]` in forms and queries, and items of a list there. */
const maxLevels = 8;
const maxItems = 1000;

/** A form or query with `a[b]`, `a[]` and `a[0]` read as objects and lists, and a repeated name as a list. */
export function readForm(text: string): Node {
  const form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const [, first = name, rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
    const keys = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, key = '']) => key)];
    if (keys.length <= maxLevels) place(form, keys, value);
  }
  return listed(form) as Node;
}

function place(target: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: string): void {
  const name = key === '' ? String(Object.keys(target).length) : key;
  const known = Object.hasOwn(target, name) ? target[name] : undefined;
  if (rest.length > 0) {
    const inner = isNode(known) ? (known as Record<string, unknown>) : {};
    setOwn(target, name, inner);
    place(inner, rest, value);
  } else
    setOwn(
      target,
      name,
      known === undefined
        ? value
        : [...(Array.isArray(known) ? (known as unknown[]) : [known]), value].slice(0, maxItems),
    );
}

/** Objects whose names are 0, 1, 2, … become lists. */
function listed(value: unknown): unknown {
  if (!isNode(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, listed(one)] as const);
  if (entries.length > 0 && entries.every(([key], index) => key === String(index)))
    return entries.map(([, one]) => one);
  const changed = {};
  for (const [key, one] of entries) setOwn(changed, key, one);
  return changed;
}

/** Texts of a form or query as what their schema says they are; what does not fit stays text. */
export function typed(schema: Node, value: unknown, resolve: Resolve, depth = 0): unknown {
  if (depth > maxLevels) return value;
  const types = typesOf(schema);
  const alternatives = [
    ...listOf(schema, 'anyOf'),
    ...listOf(schema, 'oneOf'),
    ...listOf(schema, 'allOf'),
  ].map(resolve);
  if (types.length === 0 && alternatives.length > 0) {
    const tries = alternatives.map((one) => ({ one, value: typed(one, value, resolve, depth + 1) }));
    return tries.find((one) => findFlaw(one.one, one.value, resolve) === null)?.value ?? value;
  }
  if (types.includes('array') && !Array.isArray(value) && typeof value === 'string') {
    return typed(schema, value.split(','), resolve, depth + 1);
  }
  if (Array.isArray(value)) {
    const item = resolve(schema['items']);
    return value.map((one) => typed(item, one, resolve, depth + 1));
  }
  if (isNode(value)) {
    const [properties, others] = [childOf(schema, 'properties'), schema['additionalProperties']];
    const changed = {};
    for (const [key, one] of Object.entries(value)) {
      const property = Object.hasOwn(properties, key) ? properties[key] : others;
      setOwn(changed, key, typed(resolve(property), one, resolve, depth + 1));
    }
    return changed;
  }
  return typeof value === 'string' ? scalar(types, value) : value;
}

function scalar(types: readonly string[], text: string): unknown {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text) && Number.isFinite(Number(text));
  if (isNumber && (types.includes('number') || (types.includes('integer') && !text.includes('.'))))
    return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

export interface ReadRequest {
  query: Node;
  /** The body as an object or other JSON; undefined when there is none. */
  body: unknown;
}

/** What is wrong with a request, with the kind of error it is; `body` flaws are 422 where a document knows that. */
export interface Mistake {
  kind: 'unreadable' | 'parameter' | 'body' | 'media-type' | 'not-modelled';
  flaw: Flaw;
}

/** Reads the body by its media type. */
export function readBody(
  operation: Operation,
  type: string,
  text: string,
  resolve: Resolve,
): { body: unknown } | Mistake {
  const content = operation.body?.content ?? {};
  const mistake = (kind: Mistake['kind'], what: string): Mistake => ({
    kind,
    flaw: { at: '', what, code: 'invalid' },
  });
  if (text === '') return { body: undefined };
  const schema = schemaFor(content, type);
  if (type === 'application/x-www-form-urlencoded') {
    if (operation.body && !schema) return mistake('media-type', 'must not be a form');
    return { body: typed(schema ?? {}, readForm(text), resolve) };
  }
  if (type.startsWith('multipart/')) return mistake('not-modelled', 'is of a kind the twin does not read');
  if (operation.body && !schema)
    return mistake('media-type', `must be one of ${Object.keys(content).join(', ')}`);
  if (/^application\/json-patch/.test(type)) return mistake('not-modelled', 'is a JSON patch');
  try {
    return { body: JSON.parse(text) };
  } catch {
    return mistake('unreadable', 'must be JSON');
  }
}

/** The schema for a media type; JSON is taken for its relatives, and where no type is named. */
export function schemaFor(content: Readonly<Record<string, Node>>, type: string): Node | undefined {
  const own = Object.hasOwn(content, type) ? content[type] : undefined;
  if (own ?? content['*/*']) return own ?? content['*/*'];
  const isJson = type === '' || /[/+]json$/.test(type);
  const name = Object.keys(content).find((one) => (isJson ? /json/.test(one) : false));
  return name === undefined ? undefined : content[name];
}

/** The first mistake in the query and body; null when they are as the document asks. */
export function findMistake(
  operation: Operation,
  { query, body }: ReadRequest,
  headers: (name: string) => string | undefined,
  type: string,
  resolve: Resolve,
): Mistake | null {
  for (const { name, required, schema, ...parameter } of operation.parameters) {
    const given =
      parameter.in === 'query'
        ? query[plainName(name)]
        : parameter.in === 'header'
          ? headers(name)
          : undefined;
    if (given === undefined) {
      const isMissing = required && ['query', 'header'].includes(parameter.in);
      if (isMissing)
        return { kind: 'parameter', flaw: { at: name, what: 'is required', code: 'missing_field' } };
      continue;
    }
    const found = findFlaw(schema, typed(schema, given, resolve), resolve);
    if (found)
      return { kind: 'parameter', flaw: { ...found, at: found.at === '' ? name : `${name}.${found.at}` } };
  }
  if (!operation.body) return null;
  if (body === undefined) {
    const missing: Flaw = { at: '', what: 'is required', code: 'missing_field' };
    const schema = schemaFor(operation.body.content, type);
    const found = schema && listOf(schema, 'required').length > 0 ? bodyFlaw(schema, {}, resolve) : null;
    return found ?? (operation.body.required ? { kind: 'body', flaw: missing } : null);
  }
  const schema = schemaFor(operation.body.content, type);
  return schema ? bodyFlaw(schema, body, resolve) : null;
}

/** `created[gte]` and `expand[]` are read as one parameter. */
const plainName = (name: string): string => name.replace(/\[.*$/, '');

function bodyFlaw(schema: Node, body: unknown, resolve: Resolve): Mistake | null {
  const flaw = findFlaw(schema, body, resolve, true);
  return flaw && { kind: 'body', flaw };
}
