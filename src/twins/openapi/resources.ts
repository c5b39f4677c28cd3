import type { Node } from './node';
import { successOf, type Operation, type Parameter, type Resolve } from './operations';
import { recognisePaging, type Paging } from './page';
import { isObjectSchema, isScalar, typesOf, type ShapeOf } from './shape';

/** What an operation does to a resource. */
export type Role = 'list' | 'create' | 'get' | 'update' | 'replace' | 'delete';

/** The answer of a list: where in it the items are. */
export interface ListModel {
  /** Member with the items; undefined when the answer is the list itself. */
  member: string | undefined;
  item: Node;
  paging: Paging;
}

/** A collection of objects and what can be done to it. */
export interface Resource {
  /** Path of the collection as the document writes it. */
  path: string;
  /** Last parameter of the paths of its items. */
  parameter: string;
  /** Member of its objects that is in the path. */
  id: string;
  /** Of its objects. */
  schema: Node;
  roles: Partial<Record<Role, Operation>>;
  list?: ListModel;
}

export interface Inferred {
  resources: readonly Resource[];
  /** By name of the operation. */
  modelled: ReadonlyMap<string, { resource: Resource; role: Role }>;
  /** Name of each operation that is not modelled, and why. */
  unmodelled: ReadonlyMap<string, string>;
}

interface Tools {
  resolve: Resolve;
  shapeOf: ShapeOf;
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
  const schema = (getting && objectOf(getting, tools)) ?? list?.item;
  const everything = [...ofCollection, ...ofItem];
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
    roles: Object.fromEntries(known),
    ...(list ? { list } : {}),
  };
}

/** The schema of the one object an operation answers with. */
function objectOf(operation: Operation, { shapeOf }: Tools): Node | undefined {
  const schema = successOf(operation)?.response.schema;
  return schema && isObjectSchema(schema, shapeOf) && !typesOf(schema).includes('array') ? schema : undefined;
}

function readList(operation: Operation, { resolve, shapeOf }: Tools): ListModel | undefined {
  const response = successOf(operation)?.response;
  if (!response?.schema) return undefined;
  const linked = response.headers.includes('link');
  const itemsOf = (schema: Node): Node | undefined => {
    const item = typesOf(schema).includes('array') ? resolve(schema['items']) : undefined;
    return item && isObjectSchema(item, shapeOf) ? item : undefined;
  };
  const direct = itemsOf(response.schema);
  if (direct) {
    const paging = recognisePaging(operation.parameters, undefined, linked, shapeOf);
    return { member: undefined, item: direct, paging };
  }
  const shape = shapeOf(response.schema);
  const lists = [...shape.properties].flatMap(([name, property]) => {
    const item = itemsOf(property);
    return item ? [{ member: name, item }] : [];
  });
  const usual = lists.find(({ member }) =>
    ['data', 'items', 'results', 'values', 'records', 'value'].includes(member),
  );
  const [only] = lists.length === 1 ? lists : [usual];
  return only && { ...only, paging: recognisePaging(operation.parameters, shape, linked, shapeOf) };
}

/** A word without what tells cases and separators apart. */
const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Last words of parameters that name a member. */
const endings = ['id', 'number', 'key', 'slug', 'name', 'uuid', 'code'];

/** The member that a path's parameter stands for: `pet_id` and `petId` are `id`, `issue_number` is `number`. */
function identifier(
  parameter: string,
  collection: string,
  schema: Node,
  shapeOf: ShapeOf,
): string | undefined {
  const { properties } = shapeOf(schema);
  const word = plain(parameter);
  const noun = plain(collection.split('/').at(-1) ?? '');
  const names = [...properties].filter(([, property]) => isScalar(property)).map(([name]) => name);
  const same = names.find((name) => plain(name) === word);
  if (same !== undefined) return same;
  const singular = [noun, noun.replace(/ies$/, 'y'), noun.replace(/es$/, ''), noun.replace(/s$/, '')];
  const tail = names.find((name) => singular.some((one) => one !== '' && word === one + plain(name)));
  if (tail !== undefined) return tail;
  const words = parameter.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).map(plain);
  const ending = names.find(
    (name) => words.length > 1 && endings.includes(plain(name)) && words.at(-1) === plain(name),
  );
  if (ending !== undefined) return ending;
  if (word === 'username' && names.includes('login')) return 'login';
  const isNoun = singular.includes(word) || word.endsWith('id');
  return names.includes('id') && (isNoun || word === 'uuid' || word === 'key') ? 'id' : undefined;
}

function showsId(operation: Operation, id: string, { shapeOf }: Tools): boolean {
  const success = successOf(operation);
  if (!success) return false;
  const { schema } = success.response;
  return schema ? shapeOf(schema).properties.has(id) : success.status === 201;
}

/** POST on an item updates it where its answer is one of the same kind, as Stripe's. */
function postUpdate(operation: Operation | undefined, id: string, tools: Tools): Operation | undefined {
  return operation?.body && showsId(operation, id, tools) ? operation : undefined;
}

/** Query parameters of a list that ask for objects with a member of that value, and what is asked for when left out. */
export function filtersOf(
  { parameters }: Operation,
  { item, paging }: ListModel,
  shapeOf: ShapeOf,
): readonly { parameter: Parameter; always: unknown }[] {
  const { properties } = shapeOf(item);
  const paged = pagingNames(paging);
  return parameters.flatMap((parameter) => {
    const property = properties.get(parameter.name);
    const isFilter =
      parameter.in === 'query' && property && isScalar(property) && !paged.includes(parameter.name);
    return isFilter && isScalar(parameter.schema) ? [{ parameter, always: parameter.schema['default'] }] : [];
  });
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
