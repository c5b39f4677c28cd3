import { STATUS_CODES } from 'node:http';
import type { Answer } from '../answer';
import { childOf, isNode, listOf, setOwn, textOf, type Node } from './node';
import type { Operation, Resolve, ResponseModel } from './operations';
import type { SampleOf } from './sample';
import { isScalar, typesOf, type ShapeOf } from './shape';
import { findFlaw, type Flaw } from './validate';

export interface Refusal {
  status: number;
  message: string;
  /** What is wrong with the request, where it is about one value. */
  flaw?: Flaw;
  headers?: readonly (readonly [string, string])[];
  unmodelled?: true;
}

export interface ErrorTools {
  resolve: Resolve;
  shapeOf: ShapeOf;
  sampleOf: SampleOf;
  /** The error that most operations of the document share. */
  usual: ResponseModel | undefined;
}

/** Names of members that say what went wrong. */
const sentences = [
  'message',
  'error_description',
  'errorsummary',
  'detail',
  'description',
  'msg',
  'reason',
  'errormessage',
  'title',
];
const statuses = ['status', 'statuscode', 'httpstatus', 'code'];
const places = ['param', 'field', 'parameter', 'property', 'path', 'pointer', 'location'];

const plain = (name: string): string => name.toLowerCase().replace(/_(?!description)/g, '');

/** The documented answer for a status; an operation's own, else the one that most operations share. */
function responseFor(operation: Operation | undefined, status: number, usual: ResponseModel | undefined) {
  const responses = operation?.responses ?? {};
  const candidates = [String(status), `${Math.floor(status / 100)}XX`, 'default'];
  const found = candidates.map((name) => responses[name]).find((response) => response?.schema);
  return found ?? usual;
}

/** Whether an operation documents a status, itself or by its range. */
export function documents({ responses }: Operation, status: number): boolean {
  return responses[String(status)] !== undefined || responses[`${Math.floor(status / 100)}XX`] !== undefined;
}

/** The error answers that a document uses most often. */
export function usualError(operations: readonly Operation[]): ResponseModel | undefined {
  const counts = new Map<Node, { response: ResponseModel; count: number }>();
  for (const { responses } of operations) {
    for (const [status, response] of Object.entries(responses)) {
      if (!/^(4|default)/.test(status) || !response.schema) continue;
      const known = counts.get(response.schema) ?? { response, count: 0 };
      known.count += 1;
      counts.set(response.schema, known);
    }
  }
  return [...counts.values()].sort((left, right) => right.count - left.count)[0]?.response;
}

/** An error in the shape the document has for it. */
export function refuse(operation: Operation | undefined, refusal: Refusal, tools: ErrorTools): Answer {
  const { status, headers, unmodelled } = refusal;
  const schema = responseFor(operation, status, tools.usual)?.schema;
  const body = schema ? fill(schema, refusal, tools, 0) : { message: refusal.message };
  return {
    status,
    answered: unmodelled ? 'unmodelled' : `http_${status}`,
    body: isNode(body) || Array.isArray(body) ? (body as object) : { message: refusal.message },
    ...(headers ? { headers } : {}),
    ...(unmodelled ? { unmodelled } : {}),
  };
}

function fill(schema: Node, refusal: Refusal, tools: ErrorTools, depth: number): unknown {
  const { properties, required } = tools.shapeOf(schema);
  if (properties.size === 0) return { message: refusal.message };
  const filled = {};
  for (const [name, property] of properties) {
    const value = meaning(name, property, refusal, tools, depth);
    const fits = value !== undefined && findFlaw(property, value, tools.resolve) === null;
    if (fits) setOwn(filled, name, value);
    else if (required.has(name)) setOwn(filled, name, tools.sampleOf(property));
  }
  return filled;
}

/** What a member of an error says, by its name and kind; undefined when it is not known. */
function meaning(name: string, property: Node, refusal: Refusal, tools: ErrorTools, depth: number): unknown {
  const { status, message, flaw } = refusal;
  const word = plain(name);
  const types = typesOf(property);
  const deeper = (schema: Node) => (depth < 4 ? fill(schema, refusal, tools, depth + 1) : undefined);
  if (word === 'unmodelled' && refusal.unmodelled) return true;
  if (sentences.includes(word)) return message;
  if (places.includes(word)) return flaw?.at;
  if (statuses.includes(word) && (types.includes('integer') || types.includes('number'))) return status;
  if (word === 'status' || word === 'statuscode') return String(status);
  if (word === 'code') return codeOf(property, refusal);
  if (word === 'type' || word === 'errorcode') return typeOfError(property, status);
  if (word === 'error' && isScalar(property)) return STATUS_CODES[status] ?? message;
  if (word === 'error' || word === 'errors' || word === 'errormessages' || word === 'errorcauses') {
    if (!types.includes('array')) return deeper(property);
    const item = tools.resolve(childOf(property, 'items'));
    if (types.includes('array') && typesOf(item).includes('string')) return [message];
    const one =
      word === 'errors' && !flaw && depth === 0 && namesPlaces(item, tools) ? undefined : deeper(item);
    return one === undefined ? undefined : [one];
  }
  return undefined;
}

/** Lists of single mistakes stay empty where no value was mistaken and other members tell what happened. */
function namesPlaces(item: Node, { shapeOf }: ErrorTools): boolean {
  return [...shapeOf(item).properties.keys()].some((name) => places.includes(plain(name)));
}

function codeOf(property: Node, { status, flaw }: Refusal): string | undefined {
  const known = listOf(property, 'enum').filter((one) => typeof one === 'string');
  const wanted = [
    flaw?.code,
    status === 404 ? 'resource_missing' : undefined,
    status === 404 ? 'not_found' : undefined,
  ];
  if (known.length > 0) return known.find((one) => wanted.includes(one));
  return flaw ? flaw.code : slug(status);
}

const slug = (status: number): string =>
  (STATUS_CODES[status] ?? 'error').toLowerCase().replace(/[^a-z]+/g, '_');

function typeOfError(property: Node, status: number): string | undefined {
  const known = listOf(property, 'enum').filter((one) => typeof one === 'string');
  if (known.length === 0) return textOf(property, 'format')?.startsWith('uri') ? 'about:blank' : slug(status);
  const words = status === 401 ? ['authentication'] : ['invalid', 'request'];
  return known.find((one) => words.some((word) => one.includes(word))) ?? known[0];
}
