import type { Answer } from '../answer';
import type { Twin } from '../contract';
import { complete } from './complete';
import { documents, refuse, type Refusal } from './errors';
import { newId } from './identity';
import type { Model } from './model';
import { isNode, setOwn, type Node, written } from './node';
import { successOf, type Operation } from './operations';
import { fillPath } from './places';
import type { Resource, Role } from './resource';
import { project } from './sample';
import { timeFormat, typesOf } from './shape';
import {
  addItem,
  changeItem,
  findItem,
  itemsIn,
  maxObjects,
  removeItem,
  type ApiState,
  type Item,
} from './state';
import { findFlaw } from './validate';

/** One request that was understood, and what it is about. */
export interface Call {
  twin: Twin<ApiState>;
  model: Model;
  operation: Operation;
  resource: Resource;
  role: Role;
  /** Path of the collection that holds the object, with the values of its parameters. */
  collection: string;
  /** Values of the parameters in the path, by name. */
  values: Readonly<Record<string, string>>;
  query: Node;
  body: unknown;
}

const created = [
  'created',
  'createdat',
  'createdon',
  'creationdate',
  'datecreated',
  'createdtime',
  'creationtime',
];
const updated = [
  'updated',
  'updatedat',
  'updatedon',
  'lastupdated',
  'modified',
  'modifiedat',
  'lastmodified',
  'dateupdated',
];
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

const refused = ({ operation, model }: Call, refusal: Refusal): Answer =>
  refuse(operation, refusal, model.tools);

/** The status for a request that asks for what cannot be. */
export const invalidStatus = (operation: Operation): number =>
  documents(operation, 422) && !documents(operation, 400) ? 422 : 400;

const notFound = (call: Call): Answer => refused(call, { status: 404, message: 'Not Found' });

function idOf({ values, resource }: Call): string {
  return values[resource.parameter] ?? '';
}

/** Absolute URL of an object. */
export function urlOf({ twin, model, resource, values }: Call, item: Node): string {
  const collection = fillPath((resource.home ?? resource).path, values);
  return `${twin.origin}${model.base}${collection}/${encodeURIComponent(written(item[resource.id]))}`;
}

/** An answer with one object, as its schema shows it. */
export function answerItem(call: Call, item: Item): Answer {
  const success = successOf(call.operation);
  const status = success?.status ?? 200;
  const schema = success?.response.schema;
  const headers = success?.response.headers.includes('location')
    ? [['location', urlOf(call, item)] as const]
    : [];
  if (!schema || status === 204) return { status, answered: 'ok', headers };
  const body = project(
    schema,
    item,
    { url: urlOf(call, item), example: call.resource.example },
    call.model.tools,
  );
  return { status, answered: 'ok', headers, body };
}

/** Of the members of a body those that the objects can have. */
function fitting({ model: { tools }, resource }: Call, body: Node): Item {
  const { properties, open } = tools.shapeOf(resource.schema);
  const kept: Item = {};
  for (const [name, value] of Object.entries(body)) {
    const property = properties.get(name);
    const others = open && properties.size === 0 ? value : undefined;
    const held = property ? complete(property, value, tools) : others;
    if (held !== undefined) setOwn(kept, name, held);
  }
  return kept;
}

/** Members that tell of times, where the objects have them. */
function times({ twin, model: { tools }, resource }: Call, names: readonly string[]): Item {
  const stamped: Item = {};
  for (const [name, property] of tools.shapeOf(resource.schema).properties) {
    const format = names.includes(plain(name)) ? timeFormat(property) : undefined;
    const now = twin.now();
    if (format)
      setOwn(stamped, name, format === 'iso' ? new Date(now).toISOString() : Math.floor(now / 1000));
  }
  return stamped;
}

/** Members of the same name as a parameter of the path, such as the parent's id. */
function fromPath({ values, model: { tools }, resource }: Call): Item {
  const { properties } = tools.shapeOf(resource.schema);
  const taken: Item = {};
  for (const [name, value] of Object.entries(values)) {
    const property = properties.get(name);
    if (!property || name === resource.parameter) continue;
    const one = typesOf(property).includes('integer') ? Number(value) : value;
    if (findFlaw(property, one, tools.resolve) === null) setOwn(taken, name, one);
  }
  return taken;
}

/** False when a path leads through an object that is not there, of a kind that can be made. */
export function hasParents({ twin, model, resource, values }: Call): boolean {
  const parts = resource.path.split('/');
  let template = '';
  let path = '';
  for (const part of parts.slice(1)) {
    const name = /^\{([^{}]+)\}$/.exec(part)?.[1];
    const value = name === undefined ? part : (values[name] ?? '');
    const id = name === undefined ? undefined : model.creatable.get(template);
    if (id !== undefined && !findItem(twin.state, path, id, value)) return false;
    template += `/${part}`;
    path += `/${value}`;
  }
  return true;
}

/** The identifier a client chose, where the document lets it. */
function chosenId({ model: { tools }, resource, operation, body }: Call, given: Item): string | undefined {
  const schemas = Object.values(operation.body?.content ?? {}).map(tools.shapeOf);
  const property = schemas
    .map(({ properties }) => properties.get(resource.id))
    .find((one) => one !== undefined);
  const isOffered = property !== undefined && property['readOnly'] !== true;
  const isGiven = isNode(body) && Object.hasOwn(given, resource.id) && given[resource.id] !== '';
  return isOffered && isGiven ? written(given[resource.id]) : undefined;
}

export function create(call: Call): Answer {
  const given = fitting(call, isNode(call.body) ? call.body : {});
  const chosen = chosenId(call, given);
  if (chosen !== undefined && findItem(call.twin.state, call.collection, call.resource.id, chosen)) {
    const status = documents(call.operation, 409) ? 409 : invalidStatus(call.operation);
    const flaw = { at: call.resource.id, what: 'already exists', code: 'invalid' } as const;
    return refused(call, { status, message: `${call.resource.id} already exists`, flaw });
  }
  return make(call, chosen === undefined ? without(given, call.resource.id) : given);
}

function without(item: Item, key: string): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== key));
}

/** Adds an object; identifiers that it does not have yet are given to it. */
function make(call: Call, given: Item): Answer {
  const { twin, collection, resource, model } = call;
  if (itemsIn(twin.state, collection).length >= maxObjects) {
    const message = 'The twin holds no more objects of this kind.';
    return refused(call, { status: 429, message, unmodelled: true });
  }
  const { properties } = model.tools.shapeOf(resource.schema);
  const isTaken = (id: string) => findItem(twin.state, collection, resource.id, id) !== undefined;
  const item = { ...fromPath(call), ...times(call, [...created, ...updated]), ...given };
  const identifiers = [resource.id, 'id'].filter(
    (name) => properties.has(name) && !Object.hasOwn(item, name),
  );
  for (const name of new Set(identifiers)) {
    // Objects with an identifier besides the one in their path, such as a number and an id, are numbered where they are.
    const isCounted = name === resource.id && name !== 'id' && properties.has('id');
    setOwn(item, name, newId(twin, properties.get(name) ?? {}, isTaken, isCounted ? collection : undefined));
  }
  addItem(twin.state, collection, resource.id, item);
  return answerItem(call, item);
}

export function get(call: Call): Answer {
  const item = findItem(call.twin.state, call.collection, call.resource.id, idOf(call));
  return item ? answerItem(call, item) : notFound(call);
}

/** Changes the members that are given; null and empty text empty those that can be neither. */
export function update(call: Call): Answer {
  const { twin, collection, resource, model, body } = call;
  const item = findItem(twin.state, collection, resource.id, idOf(call));
  if (!item) return notFound(call);
  const { properties } = model.tools.shapeOf(resource.schema);
  const change = fitting(call, isNode(body) ? body : {});
  for (const [name, value] of Object.entries(isNode(body) ? body : {})) {
    const property = properties.get(name);
    const empties = value === null || value === '';
    if (empties && property && findFlaw(property, value, model.tools.resolve) !== null)
      setOwn(change, name, undefined);
  }
  delete change[resource.id];
  changeItem(item, { ...change, ...times(call, updated) }, false);
  return answerItem(call, item);
}

/** Puts another object in its place; makes one where the document says so, by a 201. */
export function replace(call: Call): Answer {
  const { twin, collection, resource, operation, body } = call;
  const item = findItem(twin.state, collection, resource.id, idOf(call));
  const given = fitting(call, isNode(body) ? body : {});
  if (!item) {
    const makes = operation.responses['201'] !== undefined;
    return makes ? make(call, { ...given, [resource.id]: typedId(call) }) : notFound(call);
  }
  const kept: Item = {};
  for (const [name, value] of Object.entries(item))
    if (created.includes(plain(name))) setOwn(kept, name, value);
  setOwn(kept, resource.id, item[resource.id]);
  changeItem(item, { ...fromPath(call), ...given, ...kept, ...times(call, updated) }, true);
  return answerItem(call, item);
}

function typedId(call: Call): unknown {
  const property = call.model.tools.shapeOf(call.resource.schema).properties.get(call.resource.id) ?? {};
  return typesOf(property).includes('integer') ? Number(idOf(call)) : idOf(call);
}

export function remove(call: Call): Answer {
  const { twin, collection, resource } = call;
  const item = findItem(twin.state, collection, resource.id, idOf(call));
  if (!item) return notFound(call);
  removeItem(twin.state, collection, resource.id, idOf(call));
  return answerItem(call, item);
}
