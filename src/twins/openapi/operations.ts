import { childOf, isNode, listOf, textOf, type Node } from './node';
import { follow } from './repair';

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Looks up what a node refers to; references that go in circles end in a schema that allows anything. */
export type Resolve = (value: unknown) => Node;

/** References are followed when they are needed: documents refer to themselves in circles, and most of one is never used. */
export function createResolve(root: Node): Resolve {
  return (value) => {
    let node = value;
    for (let hops = 0; hops < 20; hops += 1) {
      if (!isNode(node)) return {};
      const ref = textOf(node, '$ref');
      if (ref === undefined) return node;
      node = follow(root, ref);
    }
    return {};
  };
}

export interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: Node;
  description: string;
}

export interface ResponseModel {
  /** Of the JSON body; undefined when there is none. */
  schema: Node | undefined;
  example: unknown;
  headers: readonly string[];
}

/** One operation of the document, references on its surface followed. */
export interface Operation {
  /** `GET /pets/{petId}`, as the document writes the path. */
  name: string;
  method: string;
  path: string;
  parameters: readonly Parameter[];
  body: { required: boolean; content: Readonly<Record<string, Node>> } | undefined;
  /** By status as the document writes it: `200`, `4XX`, `default`. */
  responses: Readonly<Record<string, ResponseModel>>;
  security: readonly Node[];
}

export function readOperations(root: Node, resolve: Resolve): Operation[] {
  return Object.entries(childOf(root, 'paths')).flatMap(([path, value]) => {
    const item = resolve(value);
    return methods.flatMap((method) => {
      const found = item[method];
      if (!isNode(found) || !path.startsWith('/')) return [];
      return [readOperation(root, resolve, { method: method.toUpperCase(), path, item, found })];
    });
  });
}

function readOperation(
  root: Node,
  resolve: Resolve,
  { method, path, item, found }: { method: string; path: string; item: Node; found: Node },
): Operation {
  const parameters = new Map<string, Parameter>();
  for (const one of [...listOf(item, 'parameters'), ...listOf(found, 'parameters')]) {
    const node = resolve(one);
    const parameter = {
      name: textOf(node, 'name') ?? '',
      in: textOf(node, 'in') ?? '',
      required: node['required'] === true,
      schema: resolve(node['schema'] ?? Object.values(childOf(node, 'content')).find(isNode)?.['schema']),
      description: textOf(node, 'description') ?? '',
    };
    parameters.set(`${parameter.in} ${parameter.name}`, parameter);
  }
  const body = found['requestBody'] === undefined ? undefined : resolve(found['requestBody']);
  return {
    name: `${method} ${path}`,
    method,
    path,
    parameters: [...parameters.values()],
    body: body && {
      required: body['required'] === true,
      content: Object.fromEntries(
        Object.entries(childOf(body, 'content')).map(([type, media]) => [
          type.toLowerCase().split(';')[0]!.trim(),
          resolve(isNode(media) ? media['schema'] : undefined),
        ]),
      ),
    },
    responses: Object.fromEntries(
      Object.entries(childOf(found, 'responses')).map(([status, one]) => [
        status.toUpperCase() === 'DEFAULT' ? 'default' : status.toUpperCase(),
        readResponse(resolve(one), resolve),
      ]),
    ),
    security: listOf('security' in found ? found : root, 'security').filter(isNode),
  };
}

function readResponse(response: Node, resolve: Resolve): ResponseModel {
  const content = childOf(response, 'content');
  const type = Object.keys(content).find((one) => /json|^\*\/\*/.test(one));
  const media = type === undefined ? undefined : childOf(content, type);
  const named = Object.values(media ? childOf(media, 'examples') : {})[0];
  return {
    schema: media && resolve(media['schema']),
    example: media && (media['example'] ?? resolve(named)['value']),
    headers: Object.keys(childOf(response, 'headers')).map((name) => name.toLowerCase()),
  };
}

/** The answer of the first documented success, with its status. */
export function successOf({ responses }: Operation): { status: number; response: ResponseModel } | undefined {
  const status = Object.keys(responses)
    .filter((one) => /^2(\d\d|XX)$/.test(one))
    .sort()[0];
  if (status !== undefined)
    return { status: Number(status.replace('XX', '00')), response: responses[status]! };
  const other = responses['default'];
  return Object.keys(responses).length === 1 && other ? { status: 200, response: other } : undefined;
}
