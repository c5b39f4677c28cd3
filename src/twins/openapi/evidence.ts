import type { Node } from './node';
import { successOf, type Operation, type Resolve } from './operations';
import { recognisePaging, type Paging } from './page';
import { isObjectSchema, isScalar, typesOf, type ShapeOf } from './shape';

/** The answer of a list: where in it the items are. */
export interface ListModel {
  /** Member with the items; undefined when the answer is the list itself. */
  member: string | undefined;
  item: Node;
  paging: Paging;
}

export interface Tools {
  resolve: Resolve;
  shapeOf: ShapeOf;
}

/** The schema of the one object an operation answers with. */
export function objectOf(operation: Operation, { shapeOf }: Tools): Node | undefined {
  const schema = successOf(operation)?.response.schema;
  return schema && isObjectSchema(schema, shapeOf) && !typesOf(schema).includes('array') ? schema : undefined;
}

/** How an operation lists objects; undefined when it does not. */
export function readList(operation: Operation, { resolve, shapeOf }: Tools): ListModel | undefined {
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
export const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

const wordsOf = (text: string): string[] => text.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/);

const singularsOf = (noun: string): string[] => [
  ...[noun, noun.replace(/ies$/, 'y'), noun.replace(/es$/, ''), noun.replace(/s$/, '')],
];

/** Last words of parameters that name a member. */
const endings = ['id', 'number', 'key', 'slug', 'name', 'uuid', 'code'];

/** The member that a path's parameter stands for: `pet_id` and `petId` are `id`, `issue_number` is `number`. */
export function identifier(
  parameter: string,
  collection: string,
  schema: Node,
  shapeOf: ShapeOf,
): string | undefined {
  const { properties } = shapeOf(schema);
  const word = plain(parameter);
  const segment = collection.split('/').at(-1) ?? '';
  const names = [...properties].filter(([, property]) => isScalar(property)).map(([name]) => name);
  const same = names.find((name) => plain(name) === word);
  if (same !== undefined) return same;
  const singular = [segment, wordsOf(segment).at(-1) ?? ''].map(plain).flatMap(singularsOf);
  const tail = names.find((name) => singular.some((one) => one !== '' && word === one + plain(name)));
  if (tail !== undefined) return tail;
  const words = wordsOf(parameter).map(plain);
  const ending = names.find(
    (name) => words.length > 1 && endings.includes(plain(name)) && words.at(-1) === plain(name),
  );
  if (ending !== undefined) return ending;
  if (word === 'username' && names.includes('login')) return 'login';
  const isNoun = singular.includes(word) || word.endsWith('id');
  return names.includes('id') && (isNoun || word === 'uuid' || word === 'key') ? 'id' : undefined;
}

/** Whether an operation answers with an object that has an identifier. */
export function showsId(operation: Operation, id: string, { shapeOf }: Tools): boolean {
  const success = successOf(operation);
  if (!success) return false;
  const { schema } = success.response;
  return schema ? shapeOf(schema).properties.has(id) : success.status === 201;
}
