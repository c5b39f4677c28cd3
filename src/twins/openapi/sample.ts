import { childOf, isNode, listOf, numberOf, setOwn, textOf, type Node } from './node';
import type { Resolve } from './operations';
import { isNullable, typesOf, type ShapeOf } from './shape';
import { findFlaw } from './validate';

/** Members nested deeper are left out, or null. */
const maxDepth = 6;

const texts: Readonly<Record<string, string>> = {
  'date-time': '1970-01-01T00:00:00Z',
  date: '1970-01-01',
  email: 'someone@example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  ipv4: '192.0.2.1',
  hostname: 'example.com',
};

/** The smallest value that a schema allows, from its own examples where it has any; the same each time. */
export type SampleOf = (schema: Node) => unknown;

export function createSampleOf(resolve: Resolve, shapeOf: ShapeOf): SampleOf {
  const make = (schema: Node, depth: number): unknown => {
    for (const one of [
      schema['example'],
      listOf(schema, 'examples')[0],
      schema['default'],
      schema['const'],
    ]) {
      if (one !== undefined && findFlaw(schema, one, resolve) === null) return one;
    }
    const allowed = listOf(schema, 'enum');
    if (allowed.length > 0) return allowed[0];
    if (isNullable(schema, resolve) || depth > maxDepth) return null;
    const { properties } = shapeOf(schema);
    const [type] = typesOf(schema);
    if (type === 'object' || properties.size > 0) return makeObject(schema, depth);
    const [alternative] = [
      ...listOf(schema, 'oneOf'),
      ...listOf(schema, 'anyOf'),
      ...listOf(schema, 'allOf'),
    ];
    if (type === undefined && alternative !== undefined) return make(resolve(alternative), depth + 1);
    if (type === 'array') {
      const count = Math.min(numberOf(schema, 'minItems') ?? 0, 3);
      return Array.from({ length: count }, () => make(resolve(childOf(schema, 'items')), depth + 1));
    }
    if (type === 'integer' || type === 'number') return numberOf(schema, 'minimum') ?? 0;
    if (type === 'boolean') return false;
    return type === 'string' ? makeText(schema) : null;
  };
  const makeObject = (schema: Node, depth: number): Node => {
    const { properties, required } = shapeOf(schema);
    const made = {};
    for (const name of required) {
      const property = properties.get(name);
      setOwn(made, name, property ? make(property, depth + 1) : null);
    }
    return made;
  };
  const known = new WeakMap<Node, unknown>();
  return (schema) => {
    if (!known.has(schema)) known.set(schema, make(schema, 0));
    return known.get(schema);
  };
}

function makeText(schema: Node): string {
  const format = textOf(schema, 'format') ?? '';
  const text = Object.hasOwn(texts, format) ? texts[format]! : '';
  return text.padEnd(Math.min(numberOf(schema, 'minLength') ?? 0, 1000), 'x');
}

/** What is known of an object besides its stored members, for what a schema asks for beyond them. */
export interface Surroundings {
  /** Absolute URL of the object, for members that hold it. */
  url: string;
  /** Documented example of the answer. */
  example: unknown;
}

/**
 * An object as a schema of an answer shows it: of its members those that are named, and, for required ones that nobody
 * ever set, what the documented example or the schema itself gives.
 */
export function project(
  schema: Node,
  object: Node,
  { url, example }: Surroundings,
  tools: { resolve: Resolve; shapeOf: ShapeOf; sampleOf: SampleOf },
): Node {
  const { properties, required } = tools.shapeOf(schema);
  if (properties.size === 0) return object;
  const shown = {};
  const given = isNode(example) ? example : {};
  for (const [name, property] of properties) {
    if (Object.hasOwn(object, name)) setOwn(shown, name, object[name]);
    else if (required.has(name)) {
      const isLink = ['url', 'self', 'href'].includes(name) && typesOf(property).includes('string');
      const fromExample =
        Object.hasOwn(given, name) && findFlaw(property, given[name], tools.resolve) === null;
      setOwn(shown, name, isLink ? url : fromExample ? given[name] : tools.sampleOf(property));
    }
  }
  return shown;
}
