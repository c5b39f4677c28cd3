import { childOf, isNode, listOf, textOf, type Node } from './node';
import type { Resolve } from './operations';

/** What an object schema says once its parts (`allOf`, the first alternative) are put together. */
export interface Shape {
  properties: ReadonlyMap<string, Node>;
  required: ReadonlySet<string>;
  /** True when it allows members that it does not name. */
  open: boolean;
}

export type ShapeOf = (schema: Node) => Shape;

/** Deeper nesting of parts is left out. */
const maxDepth = 12;

/** Shapes are made once for each schema. */
export function createShapeOf(resolve: Resolve): ShapeOf {
  const known = new WeakMap<Node, Shape>();
  const collect = (
    schema: Node,
    depth: number,
    into: { properties: Map<string, Node>; required: Set<string> },
  ): void => {
    if (depth > maxDepth) return;
    for (const part of listOf(schema, 'allOf')) collect(resolve(part), depth + 1, into);
    const alternatives = [...listOf(schema, 'oneOf'), ...listOf(schema, 'anyOf')].map(resolve);
    const first = alternatives.find((one) => typesOf(one).includes('object') || isNode(one['properties']));
    if (first) collect(first, depth + 1, into);
    for (const [name, property] of Object.entries(childOf(schema, 'properties'))) {
      into.properties.set(name, resolve(property));
    }
    for (const name of listOf(schema, 'required')) if (typeof name === 'string') into.required.add(name);
  };
  return (schema) => {
    const before = known.get(schema);
    if (before) return before;
    const into = { properties: new Map<string, Node>(), required: new Set<string>() };
    collect(schema, 0, into);
    const shape = { ...into, open: schema['additionalProperties'] !== false };
    known.set(schema, shape);
    return shape;
  };
}

/** Types a schema names or implies; none when it allows all. */
export function typesOf(schema: Node): string[] {
  const type = schema['type'];
  const named =
    typeof type === 'string'
      ? [type]
      : Array.isArray(type)
        ? type.filter((one) => typeof one === 'string')
        : [];
  if (named.length === 0 && isNode(schema['properties'])) return ['object'];
  if (named.length === 0 && isNode(schema['items'])) return ['array'];
  return schema['nullable'] === true && named.length > 0 ? [...named, 'null'] : named;
}

export function isNullable(schema: Node, resolve: Resolve): boolean {
  const alternatives = [...listOf(schema, 'oneOf'), ...listOf(schema, 'anyOf')].map(resolve);
  return (
    schema['nullable'] === true ||
    typesOf(schema).includes('null') ||
    alternatives.some((one) => typesOf(one).includes('null'))
  );
}

/** True for schemas of text, numbers and truth values. */
export function isScalar(schema: Node): boolean {
  const types = typesOf(schema).filter((type) => type !== 'null');
  return types.length > 0 && types.every((type) => ['string', 'integer', 'number', 'boolean'].includes(type));
}

/** The same when a scalar is one of several alternatives, as for references that may be shown in full. */
export function allowsScalar(schema: Node, resolve: Resolve): boolean {
  const alternatives = [...listOf(schema, 'oneOf'), ...listOf(schema, 'anyOf')].map(resolve);
  return isScalar(schema) || alternatives.some(isScalar);
}

/** Whether a schema is one of objects, also when only its parts say so. */
export function isObjectSchema(schema: Node, shapeOf: ShapeOf): boolean {
  return typesOf(schema).includes('object') || shapeOf(schema).properties.size > 0;
}

/** Whether texts are times, and how a time is written. */
export function timeFormat(schema: Node): 'iso' | 'seconds' | undefined {
  const types = typesOf(schema);
  if (types.includes('integer')) return 'seconds';
  return types.includes('string') && textOf(schema, 'format') === 'date-time' ? 'iso' : undefined;
}
