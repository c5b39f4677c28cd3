import { childOf, isNode, listOf, setOwn, textOf, type Node } from './node';

/** Where 2.0 keeps what 3.0 has below `components`. */
const movedRefs: readonly (readonly [string, string])[] = [
  ['#/definitions/', '#/components/schemas/'],
  ['#/parameters/', '#/components/parameters/'],
  ['#/responses/', '#/components/responses/'],
];

const schemaKeys = [
  'type',
  'format',
  'items',
  'enum',
  'default',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
];

/** A document of Swagger 2.0 in the shape of OpenAPI 3.0, as far as a twin reads it. */
export function fromSwagger(document: Node): Node {
  const consumes = mediaTypes(document, 'consumes');
  const produces = mediaTypes(document, 'produces');
  const shared = childOf(document, 'parameters');
  const named = (value: unknown): Node => {
    const ref = isNode(value) ? textOf(value, '$ref') : undefined;
    const name = ref?.startsWith('#/parameters/') ? ref.slice('#/parameters/'.length) : undefined;
    return name === undefined ? (isNode(value) ? value : {}) : childOf(shared, name);
  };
  const paths = mapNode(childOf(document, 'paths'), (item) => {
    const common = listOf(item, 'parameters').map(named);
    return mapNode({ ...item, parameters: undefined }, (operation) =>
      convertOperation(operation, { common, named, consumes, produces }),
    );
  });
  const converted = {
    openapi: '3.0.0',
    info: document['info'],
    servers: serversOf(document),
    security: document['security'],
    paths,
    components: {
      schemas: childOf(document, 'definitions'),
      parameters: mapNode(shared, convertParameter),
      responses: mapNode(childOf(document, 'responses'), (response) => convertResponse(response, produces)),
      securitySchemes: mapNode(childOf(document, 'securityDefinitions'), (scheme) =>
        scheme['type'] === 'basic' ? { type: 'http', scheme: 'basic' } : scheme,
      ),
    },
  };
  return moveRefs(converted) as Node;
}

function mediaTypes(node: Node, key: string): string[] {
  const types = listOf(node, key).filter((one) => typeof one === 'string');
  return types.length > 0 ? types : ['application/json'];
}

function serversOf(document: Node): Node[] {
  const scheme = listOf(document, 'schemes')[0];
  const host = textOf(document, 'host');
  const base = textOf(document, 'basePath') ?? '';
  return [
    {
      url:
        host === undefined
          ? base || '/'
          : `${typeof scheme === 'string' ? scheme : 'https'}://${host}${base}`,
    },
  ];
}

interface Surroundings {
  common: readonly Node[];
  named: (value: unknown) => Node;
  consumes: readonly string[];
  produces: readonly string[];
}

function convertOperation(operation: Node, { common, named, ...types }: Surroundings): Node {
  const own = listOf(operation, 'parameters').map(named);
  const isOwn = (one: Node) =>
    own.some((other) => other['name'] === one['name'] && other['in'] === one['in']);
  const parameters = [...common.filter((one) => !isOwn(one)), ...own];
  const consumes = operation['consumes'] === undefined ? types.consumes : mediaTypes(operation, 'consumes');
  const produces = operation['produces'] === undefined ? types.produces : mediaTypes(operation, 'produces');
  const body = requestBody(parameters, consumes);
  return {
    ...operation,
    parameters: parameters
      .filter((one) => !['body', 'formData'].includes(textOf(one, 'in') ?? ''))
      .map(convertParameter),
    ...(body ? { requestBody: body } : {}),
    responses: mapNode(childOf(operation, 'responses'), (response) => convertResponse(response, produces)),
  };
}

function requestBody(parameters: readonly Node[], consumes: readonly string[]): Node | undefined {
  const body = parameters.find((one) => one['in'] === 'body');
  const content = (schema: unknown, types: readonly string[]) =>
    Object.fromEntries(types.map((type) => [type, { schema }]));
  if (body) return { required: body['required'] === true, content: content(body['schema'], consumes) };
  const fields = parameters.filter((one) => one['in'] === 'formData');
  if (fields.length === 0) return undefined;
  const properties = {};
  for (const field of fields) setOwn(properties, textOf(field, 'name') ?? '', schemaOf(field));
  const required = fields.filter((one) => one['required'] === true).map((one) => one['name']);
  const forms = consumes.filter((type) => type.includes('form'));
  const schema = { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
  return {
    required: required.length > 0,
    content: content(schema, forms.length > 0 ? forms : ['application/x-www-form-urlencoded']),
  };
}

function schemaOf(parameter: Node): Node {
  return Object.fromEntries(
    schemaKeys.filter((key) => parameter[key] !== undefined).map((key) => [key, parameter[key]]),
  );
}

function convertParameter(parameter: Node): Node {
  return parameter['$ref'] === undefined ? { ...parameter, schema: schemaOf(parameter) } : parameter;
}

function convertResponse(response: Node, produces: readonly string[]): Node {
  if (response['schema'] === undefined) return response;
  const examples = childOf(response, 'examples');
  const content = Object.fromEntries(
    produces.map((type) => [
      type,
      { schema: response['schema'], ...(examples[type] === undefined ? {} : { example: examples[type] }) },
    ]),
  );
  return { headers: response['headers'], content };
}

/** The same members with every object among their values changed. */
function mapNode(node: Node, change: (value: Node) => unknown): Node {
  const changed = {};
  for (const [key, value] of Object.entries(node))
    setOwn(changed, key, isNode(value) ? change(value) : value);
  return changed;
}

function moveRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moveRefs);
  if (!isNode(value)) return value;
  const moved = {};
  for (const [key, member] of Object.entries(value)) {
    const from =
      key === '$ref' && typeof member === 'string'
        ? movedRefs.find(([old]) => member.startsWith(old))
        : undefined;
    setOwn(moved, key, from ? from[1] + (member as string).slice(from[0].length) : moveRefs(member));
  }
  return moved;
}
