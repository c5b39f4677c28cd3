import { isNode, type Node } from './node';
import { identifier, objectOf, readList, showsId, type ListModel, type Tools } from './evidence';
import type { Resource, Role } from './resource';
import { homeOf, inferLoose } from './loose';
import { successOf, type Operation, type Parameter } from './operations';
import type { Paging } from './page';
import { allowsScalar, type ShapeOf } from './shape';

export interface Inferred {
  resources: readonly Resource[];
  /** By name of the operation. */
  modelled: ReadonlyMap<string, { resource: Resource; role: Role }>;
  /** Name of each operation that is not modelled, and why. */
  unmodelled: ReadonlyMap<string, string>;
}

/** Finds the resources of a document: a collection's path, and below it one with a parameter for its items. */
export function inferResources(operations: readonly Operation[], tools: Tools): Inferred {
  const byPath = Map.groupBy(operations, ({ path }) => path);
  const resources: Resource[] = [];
  const modelled = new Map<string, { resource: Resource; role: Role }>();
  const unmodelled = new Map<string, string>();
  for (const [path, ofItem] of byPath) {
    const [, collection = '', parameter = ''] = /^(.*)\/\{([^{}/]+)\}$/.exec(path) ?? [];
    if (collection === '' || collection.endsWith('}')) continue;
    const ofCollection = byPath.get(collection) ?? [];
    const resource = inferResource({ collection, parameter, ofItem, ofCollection }, tools, unmodelled);
    if (!resource) continue;
    resources.push(resource);
    for (const [role, operation] of Object.entries(resource.roles)) {
      modelled.set(operation.name, { resource, role: role as Role });
    }
  }
  addLoose({ resources, modelled, unmodelled }, byPath, tools);
  for (const { name, path } of operations) {
    if (modelled.has(name) || unmodelled.has(name)) continue;
    const isItem = /\}\/\{[^{}/]+\}$/.test(path);
    const why = isItem
      ? 'its path names an item of no collection'
      : 'it is neither a collection nor an item of one';
    unmodelled.set(name, why);
  }
  for (const name of modelled.keys()) unmodelled.delete(name);
  return { resources, modelled, unmodelled };
}

/** Adds collections whose items have no paths below them. */
function addLoose(
  found: {
    resources: Resource[];
    modelled: Map<string, { resource: Resource; role: Role }>;
    unmodelled: Map<string, string>;
  },
  byPath: ReadonlyMap<string, readonly Operation[]>,
  tools: Tools,
): void {
  const known = new Set(found.resources.map(({ path }) => path));
  for (const [path, operations] of byPath) {
    const loose = known.has(path) ? undefined : inferLoose(path, operations, tools);
    if (!loose) continue;
    const home = homeOf(loose, found.resources);
    if (home) {
      loose.home = home;
      loose.example = home.example;
      home.feeders = [...home.feeders, loose];
    }
    found.resources.push(loose);
    for (const [role, operation] of Object.entries(loose.roles))
      found.modelled.set(operation.name, { resource: loose, role: role as Role });
  }
}

interface Paths {
  collection: string;
  parameter: string;
  ofItem: readonly Operation[];
  ofCollection: readonly Operation[];
}

function inferResource(paths: Paths, tools: Tools, unmodelled: Map<string, string>): Resource | undefined {
  const { collection, parameter, ofItem, ofCollection } = paths;
  const refuse = (operation: Operation | undefined, why: string): undefined => {
    if (operation) unmodelled.set(operation.name, why);
  };
  const found = (operations: readonly Operation[], method: string) =>
    operations.find((operation) => operation.method === method);
  const listing = found(ofCollection, 'GET');
  const list = listing && readList(listing, tools);
  if (!list) refuse(listing, 'its answer is no list');
  const getting = found(ofItem, 'GET');
  const everything = [...ofCollection, ...ofItem];
  const shown = (operation: Operation | undefined) => operation && objectOf(operation, tools);
  const schema =
    shown(getting) ?? list?.item ?? shown(found(ofCollection, 'POST')) ?? shown(found(ofItem, 'PATCH'));
  if (!schema) {
    for (const operation of everything) refuse(operation, 'no answer shows what its objects are');
    return undefined;
  }
  const id = identifier(parameter, collection, schema, tools.shapeOf);
  if (id === undefined) {
    for (const operation of everything) refuse(operation, `nothing in its objects is "${parameter}"`);
    return undefined;
  }
  if (getting && !objectOf(getting, tools)) refuse(getting, 'its answer is no object');
  const creating = found(ofCollection, 'POST');
  const creates = creating !== undefined && showsId(creating, id, tools);
  if (!creates) refuse(creating, `its answer has no "${id}", so it is no creation for certain`);
  const updating = found(ofItem, 'PATCH') ?? postUpdate(found(ofItem, 'POST'), id, tools);
  const [putting, deleting] = [found(ofItem, 'PUT'), found(ofItem, 'DELETE')];
  const replacing = putting?.body ? putting : undefined;
  if (!replacing) refuse(putting, 'nothing shows what it puts there');
  const posted = found(ofItem, 'POST');
  if (posted && posted !== updating) refuse(posted, 'it is no update for certain');
  const roles: Partial<Record<Role, Operation | undefined>> = {
    list: list && listing,
    create: creates ? creating : undefined,
    get: getting && objectOf(getting, tools) ? getting : undefined,
    update: updating,
    replace: replacing,
    delete: deleting,
  };
  const known = Object.entries(roles).filter(([, operation]) => operation);
  return {
    path: collection,
    parameter,
    id,
    schema,
    example: exampleOf(roles, list),
    roles: Object.fromEntries(known),
    ...(list ? { list } : {}),
    feeders: [],
  };
}

function exampleOf(
  { get, create, update, list }: Partial<Record<Role, Operation | undefined>>,
  listing: ListModel | undefined,
): unknown {
  const shown = (operation: Operation | undefined): unknown =>
    operation && successOf(operation)?.response.example;
  const several = shown(list);
  const items = listing?.member !== undefined && isNode(several) ? several[listing.member] : several;
  return [shown(get), shown(create), Array.isArray(items) ? items[0] : undefined, shown(update)].find(isNode);
}

/** POST on an item updates it where its answer is one of the same kind, as Stripe's. */
function postUpdate(operation: Operation | undefined, id: string, tools: Tools): Operation | undefined {
  return operation?.body && showsId(operation, id, tools) ? operation : undefined;
}

/** A parameter that keeps objects of which a member is what it says, and its value where a query has none. */
export interface Filter {
  parameter: Parameter;
  always: unknown;
}

/** Query parameters of a list that ask for objects with a member of that value, and what is asked for when left out. */
export function filtersOf(
  { parameters }: Operation,
  { item, paging }: ListModel,
  { resolve, shapeOf }: Tools,
): readonly Filter[] {
  const { properties } = shapeOf(item);
  const paged = pagingNames(paging);
  return parameters.flatMap((parameter) => {
    const property = properties.get(parameter.name);
    const isFree = parameter.in === 'query' && !paged.includes(parameter.name);
    if (!isFree || !property || !allowsScalar(property, resolve)) return [];
    const asks = allowsScalar(parameter.schema, resolve) || isRange(parameter.schema, shapeOf);
    return asks ? [{ parameter, always: parameter.schema['default'] }] : [];
  });
}

/** Names of a range's ends: from, above, up to, below. */
const ends = ['gte', 'gt', 'lte', 'lt'];

function isRange(schema: Node, shapeOf: ShapeOf): boolean {
  const names = [...shapeOf(schema).properties.keys()];
  return names.length > 0 && names.every((name) => ends.includes(name));
}

export function pagingNames(paging: Paging): string[] {
  const own =
    paging.style === 'page'
      ? [paging.page]
      : paging.style === 'offset'
        ? [paging.offset]
        : paging.style === 'id'
          ? [paging.after, ...(paging.before === undefined ? [] : [paging.before])]
          : paging.style === 'cursor'
            ? [paging.cursor]
            : [];
  return paging.size === undefined ? own : [...own, paging.size];
}
