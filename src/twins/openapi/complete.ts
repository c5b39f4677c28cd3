import { childOf, isNode, listOf, setOwn, type Node } from './node';
import type { Resolve } from './operations';
import type { SampleOf } from './sample';
import type { ShapeOf } from './shape';
import { findFlaw } from './validate';

/** Deeper parts of what a client gives are not looked into. */
const maxDepth = 6;

/**
 * What a client gave, as objects of this schema hold it: where they need more than requests must give, the rest is filled
 * in, and what they do not have is left out. Undefined when it can be no such value.
 */
export function complete(
  schema: Node,
  value: unknown,
  tools: { resolve: Resolve; shapeOf: ShapeOf; sampleOf: SampleOf },
  depth = 0,
): unknown {
  const { resolve, shapeOf, sampleOf } = tools;
  const fits = (one: unknown): boolean => findFlaw(schema, one, resolve) === null;
  if (fits(value)) return value;
  if (depth > maxDepth || typeof value !== 'object') return undefined;
  const inner = (part: Node, one: unknown): unknown => complete(part, one, tools, depth + 1);
  const alternatives = [...listOf(schema, 'anyOf'), ...listOf(schema, 'oneOf')].map(resolve);
  if (alternatives.length > 0) {
    return alternatives.map((part) => inner(part, value)).find((one) => one !== undefined && fits(one));
  }
  if (Array.isArray(value)) {
    const item = resolve(childOf(schema, 'items'));
    const items = value.map((one) => inner(item, one));
    return fits(items) ? items : undefined;
  }
  if (!isNode(value)) return undefined;
  const { properties, required } = shapeOf(schema);
  const made = {};
  for (const [name, property] of properties) {
    const given = Object.hasOwn(value, name) ? inner(property, value[name]) : undefined;
    if (given !== undefined) setOwn(made, name, given);
    else if (required.has(name)) setOwn(made, name, sampleOf(property));
  }
  return properties.size > 0 && fits(made) ? made : undefined;
}
