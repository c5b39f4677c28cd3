import { plain, type ListModel } from './evidence';
import { isNode, listOf, written, type Node } from './node';
import type { Operation, Parameter } from './operations';
import { isScalar, type ShapeOf } from './shape';

/** How a list is put in order: by a member of its objects. */
export interface Order {
  member: string;
  descending: boolean;
}

const sortNames = ['sort', 'sort_by', 'sortBy', 'order_by', 'orderBy', 'ordering'];
const directionNames = ['direction', 'order', 'sort_order', 'sortOrder', 'sort_direction', 'sortDirection'];

interface SortParameters {
  sort: Parameter | undefined;
  direction: Parameter | undefined;
}

function sortParameters({ parameters }: Operation): SortParameters {
  const query = parameters.filter((one) => one.in === 'query' && isScalar(one.schema));
  const find = (names: readonly string[]) => query.find(({ name }) => names.includes(name));
  const sort = find(sortNames);
  const direction = find(directionNames);
  const directs = listOf(direction?.schema ?? {}, 'enum').some((one) => /^(asc|desc)/i.test(written(one)));
  return { sort, direction: directs ? direction : undefined };
}

/**
 * The order a query asks for, or the document gives by default; null where there is none, and the name of a parameter
 * where it asks for one that nothing of the objects tells.
 */
export function orderOf(
  operation: Operation,
  { item }: ListModel,
  query: Node,
  shapeOf: ShapeOf,
): Order | string | null {
  const { sort, direction } = sortParameters(operation);
  const valueOf = (parameter: Parameter | undefined): string | undefined => {
    const value = parameter && (query[parameter.name] ?? parameter.schema['default']);
    return value === undefined || isNode(value) ? undefined : written(value);
  };
  const [wanted, way] = [valueOf(sort), valueOf(direction)];
  const isAsked = (parameter: Parameter | undefined) => parameter !== undefined && parameter.name in query;
  const refused = [sort, direction].find(isAsked)?.name ?? null;
  if (wanted === undefined) return refused;
  const [, minus, name = '', ending = ''] = /^(-?)(.*?)(?:[ :_]((?:a|de)sc))?$/i.exec(wanted) ?? [];
  const member = [...shapeOf(item).properties]
    .filter(([, property]) => isScalar(property))
    .map(([key]) => key)
    .find((key) => [plain(name), `${plain(name)}at`].includes(plain(key)));
  if (member === undefined) return refused;
  return { member, descending: minus === '-' || /^desc/i.test(ending) || /^desc/i.test(way ?? '') };
}

/** Parameters that say how a list is put in order. */
export function sortingNames(operation: Operation): string[] {
  const { sort, direction } = sortParameters(operation);
  return [sort, direction].flatMap((parameter) => (parameter ? [parameter.name] : []));
}

/** Numbers by their size, everything else as it is written; below zero when the first one comes first. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [one, other] = [written(left), written(right)];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Equal ones stay as they were made; the newest comes first when the order is descending. */
export function inOrder<T>(
  items: readonly T[],
  { member, descending }: Order,
  valueOf: (item: T, member: string) => unknown,
): T[] {
  const keyed = items.map((item) => ({ item, key: valueOf(item, member) }));
  const sorted = keyed.sort(({ key: left }, { key: right }) => compareValues(left, right));
  const ordered = sorted.map(({ item }) => item);
  return descending ? ordered.reverse() : ordered;
}
