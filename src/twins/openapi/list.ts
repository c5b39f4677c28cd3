import type { Answer } from '../answer';
import { refuse } from './errors';
import type { ListModel } from './evidence';
import { invalidStatus, urlOf, type Call } from './crud';
import { isNode, setOwn, type Node, written } from './node';
import { successOf } from './operations';
import { cutPage, type Page } from './page';
import { collectionsOf } from './places';
import { filtersOf, pagingNames, type Filter } from './resources';
import { project } from './sample';
import { compareValues, inOrder, orderOf, sortingNames } from './sort';
import { typesOf } from './shape';
import { itemsIn, type Item } from './state';
import { typed } from './request';

/** Values of a filter that leave nothing out, by convention. */
const everything = ['all', '*', 'any'];

/** Answers one page of a collection, filtered by members of the objects. */
export function list(call: Call): Answer {
  const { operation, model, resource, query, twin } = call;
  const listing = resource.list!;
  const order = orderOf(operation, listing, query, model.tools.shapeOf);
  if (typeof order === 'string') return refuseParameter(call, order);
  const filters = filtersOf(operation, listing, model.tools);
  const unknown = unknownParameter(call, listing, filters);
  if (unknown !== undefined) return refuseParameter(call, unknown);
  const valueOf = valueIn(call, listing);
  const found = filtered(call, filters, valueOf);
  const all = order === null ? found : inOrder(found, order, valueOf);
  const idOf = (item: Item) => written(item[resource.id]);
  const page = cutPage(all, listing.paging, query, idOf);
  if (!page) {
    const flaw = {
      at: pagingNames(listing.paging)[0] ?? '',
      what: 'leads nowhere',
      code: 'invalid',
    } as const;
    return refuse(
      operation,
      { status: invalidStatus(operation), message: `${flaw.at} leads nowhere`, flaw },
      model.tools,
    );
  }
  const success = successOf(operation)!;
  const { example } = resource;
  const base = `${twin.origin}${model.base}${call.collection}`;
  const items = page.items.map((item) =>
    project(listing.item, item, { url: urlOf(call, item), example }, model.tools),
  );
  const links = success.response.headers.includes('link') ? linkHeader(base, query, page) : undefined;
  return {
    status: success.status,
    answered: 'ok',
    body: listing.member === undefined ? items : envelope(call, listing, page, items),
    ...(links ? { headers: [['link', links] as const] } : {}),
  };
}

/** The answer would not be what was asked for. */
function refuseParameter({ operation, model }: Call, name: string): Answer {
  const message = `The twin does not model the parameter ${name} of ${operation.name}.`;
  return refuse(operation, { status: 501, message, unmodelled: true }, model.tools);
}

/** A documented parameter with which the twin can do nothing. */
function unknownParameter(
  { operation, query }: Call,
  { paging }: ListModel,
  filters: readonly Filter[],
): string | undefined {
  const used = [
    ...pagingNames(paging),
    ...filters.map(({ parameter }) => parameter.name),
    ...sortingNames(operation),
  ];
  const others = operation.parameters.filter((one) => one.in === 'query' && !used.includes(one.name));
  return others.find(
    ({ name, schema }) => Object.hasOwn(query, name) && written(schema['default']) !== written(query[name]),
  )?.name;
}

/** A member of an object as the list shows it. */
type ValueOf = (item: Item, name: string) => unknown;

function valueIn({ model: { tools } }: Call, { item: schema }: ListModel): ValueOf {
  const { properties } = tools.shapeOf(schema);
  return (item, name) =>
    Object.hasOwn(item, name) ? item[name] : tools.sampleOf(properties.get(name) ?? {});
}

function filtered(
  { query, model, twin, resource, values }: Call,
  filters: readonly Filter[],
  valueOf: ValueOf,
): readonly Item[] {
  const [own = '', ...fed] = collectionsOf(resource, twin.state, values);
  const all = [own, ...fed].flatMap((path) => itemsIn(twin.state, path));
  const conditions = filters.flatMap(({ parameter, always }) => {
    const given = Object.hasOwn(query, parameter.name) ? query[parameter.name] : always;
    if (given === undefined || everything.includes(written(given))) return [];
    return [[parameter.name, typed(parameter.schema, given, model.tools.resolve)] as const];
  });
  if (conditions.length === 0) return all;
  return all.filter((item) => conditions.every(([name, wanted]) => matches(valueOf(item, name), wanted)));
}

/** `created[gte]=…` and its like compare; everything else must be the same. */
function matches(value: unknown, wanted: unknown): boolean {
  if (!isNode(wanted)) return written(value) === written(wanted);
  return Object.entries(wanted).every(([name, limit]) => compares(name, value, limit));
}

function compares(name: string, value: unknown, limit: unknown): boolean {
  const order = compareValues(value, limit);
  if (order === 0) return name === 'gte' || name === 'lte';
  return name.startsWith('g') ? order > 0 : order < 0;
}

/** The object around the items, its members about pages filled in by what they are called. */
function envelope(
  { operation, model, resource, collection, query }: Call,
  listing: ListModel,
  page: Page<Item>,
  items: readonly Node[],
): Node {
  const schema = successOf(operation)?.response.schema ?? {};
  const { paging } = listing;
  const facts: Record<string, unknown> = {
    [listing.member ?? '']: items,
    ...Object.fromEntries(['has_more', 'hasMore', 'has_next', 'hasNext'].map((name) => [name, page.hasMore])),
    ...Object.fromEntries(['isLast', 'is_last', 'last'].map((name) => [name, !page.hasMore])),
    ...Object.fromEntries(
      ['total', 'total_count', 'totalCount', 'totalItems', 'count_total'].map((name) => [name, page.total]),
    ),
    ...Object.fromEntries(
      ['limit', 'per_page', 'maxResults'].map((name) => [name, Number(query[name]) || paging.defaultSize]),
    ),
    ...Object.fromEntries(['offset', 'startAt', 'skip'].map((name) => [name, Number(query[name]) || 0])),
    page: Number(query['page']) || 1,
    count: items.length,
    url: `${model.base}${collection}`,
  };
  if (paging.style === 'cursor' && paging.next.length > 0) {
    const cursor = page.next?.[paging.cursor];
    return withCursor(filled(schema, facts, model, resource.id), paging.next, cursor, schema, model);
  }
  return filled(schema, facts, model, resource.id);
}

function filled(schema: Node, facts: Node, { tools }: Call['model'], id: string): Node {
  const { properties, required } = tools.shapeOf(schema);
  const body = {};
  for (const [name, property] of properties) {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
    const types = typesOf(property).filter((type) => type !== 'null');
    const fits =
      fact !== undefined && (types.length === 0 || types.some((type) => kindOf(fact).includes(type)));
    if (fits && name !== id) setOwn(body, name, fact);
    else if (required.has(name)) setOwn(body, name, tools.sampleOf(property));
  }
  return body;
}

function kindOf(value: unknown): string[] {
  if (Array.isArray(value)) return ['array'];
  return typeof value === 'number' ? ['number', 'integer'] : [typeof value];
}

/** The cursor is absent, or null where it must be there, on the last page. */
function withCursor(
  body: Node,
  [first = '', second]: readonly string[],
  cursor: string | undefined,
  schema: Node,
  { tools }: Call['model'],
): Node {
  const { properties, required } = tools.shapeOf(schema);
  const inner = second === undefined ? undefined : tools.shapeOf(properties.get(first) ?? {});
  const needed = inner && second !== undefined ? inner.required.has(second) : required.has(first);
  const end = needed ? '' : undefined;
  const value = cursor ?? end;
  const held = isNode(body[first]) ? body[first] : {};
  const changed = { ...body };
  if (second !== undefined) setOwn(changed, first, { ...held, [second]: value });
  else setOwn(changed, first, value);
  return changed;
}

function linkHeader(base: string, query: Node, page: Page<Item>): string | undefined {
  const rels: [string, Readonly<Record<string, string>> | undefined][] = [
    ['prev', page.previous],
    ['next', page.next],
    ['last', page.next && page.last],
  ];
  const links = rels.flatMap(([rel, place]) => {
    if (!place || Object.keys(place).length === 0) return [];
    const scalars = Object.entries(query).filter(([, value]) => typeof value === 'string') as [
      string,
      string,
    ][];
    const parameters = new URLSearchParams([
      ...scalars.filter(([name]) => !Object.hasOwn(place, name)),
      ...Object.entries(place),
    ]);
    return [`<${base}?${parameters.toString()}>; rel="${rel}"`];
  });
  return links.length > 0 ? links.join(', ') : undefined;
}
