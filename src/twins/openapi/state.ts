import * as z from 'zod/mini';
import { written, type Node } from './node';

/** One object of a collection, as it was made and changed. */
export type Item = Record<string, unknown>;

/** Objects by the path of their collection, without the base path: `{ "/pets": [{ id: 1, name: "Rex" }] }`. */
const seedShape = {
  objects: z._default(
    z.record(
      z.string().check(z.regex(/^\//, { error: 'is a path and begins with /' })),
      z.array(z.record(z.string(), z.unknown())),
    ),
    {},
  ),
  /** The last number given to an object of any other collection. */
  last: z._default(z.int().check(z.minimum(0)), 0),
  /** The last number given in collections that count for themselves, by their path. */
  counts: z._default(z.record(z.string(), z.int().check(z.minimum(0))), {}),
};
export const stateSchema = z.strictObject(seedShape);
export type ApiState = z.output<typeof stateSchema>;

/** Objects that one collection can hold; a program that makes more is refused. */
export const maxObjects = 100_000;

const indexes = new WeakMap<readonly Item[], Map<string, Item>>();

/** Where an object of a list is found by its identifier at once; made anew when the list is. */
function indexOf(list: readonly Item[], id: string): Map<string, Item> {
  const known = indexes.get(list);
  if (known) return known;
  const made = new Map(list.map((item) => [written(item[id]), item]));
  indexes.set(list, made);
  return made;
}

export function itemsIn({ objects }: ApiState, path: string): readonly Item[] {
  return Object.hasOwn(objects, path) ? objects[path]! : [];
}

export function findItem(state: ApiState, path: string, id: string, value: string): Item | undefined {
  return indexOf(itemsIn(state, path), id).get(value);
}

export function addItem(state: ApiState, path: string, id: string, item: Item): void {
  if (!Object.hasOwn(state.objects, path)) state.objects[path] = [];
  const list = state.objects[path]!;
  indexOf(list, id).set(written(item[id]), item);
  list.push(item);
}

/** Changes an object in place, so that it stays where it is in its list. */
export function changeItem(item: Item, change: Node, replaced: boolean): void {
  if (replaced) for (const key of Object.keys(item)) delete item[key];
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) delete item[key];
    else Object.defineProperty(item, key, { value, enumerable: true, configurable: true, writable: true });
  }
}

/** Removes an object and every collection below it. */
export function removeItem(state: ApiState, path: string, id: string, value: string): void {
  const left = itemsIn(state, path).filter((item) => written(item[id]) !== value);
  state.objects[path] = left;
  const below = `${path}/${value}/`;
  for (const other of Object.keys(state.objects)) if (other.startsWith(below)) delete state.objects[other];
}
