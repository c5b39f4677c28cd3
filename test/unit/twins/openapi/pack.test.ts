import assert from 'node:assert/strict';
import { readModel } from '../../../../src/twins/openapi/model';
import type { Node } from '../../../../src/twins/openapi/node';
import { packDocument } from '../../../../src/twins/openapi/pack';
import { reportOf, reportText } from '../../../../src/twins/openapi/report';
import { plainTwinName, twinDocument } from '../../../../src/shared/twinNames';
import { petsDocument } from './petsDocument';

const swagger = `
swagger: "2.0"
info: { title: Cars, version: "1" }
host: cars.example
basePath: /api
schemes: [https]
securityDefinitions: { login: { type: basic } }
parameters:
  limit: { name: limit, in: query, type: integer, default: 5 }
paths:
  /cars:
    get:
      parameters: [{ $ref: "#/parameters/limit" }, { name: offset, in: query, type: integer }]
      responses: { 200: { schema: { type: array, items: { $ref: "#/definitions/car" } } } }
    post:
      parameters: [{ name: car, in: body, required: true, schema: { $ref: "#/definitions/car" } }]
      responses: { 201: { schema: { $ref: "#/definitions/car" } } }
  /cars/{id}:
    get: { responses: { 200: { schema: { $ref: "#/definitions/car" } } } }
definitions:
  car: { type: object, required: [id], properties: { id: { type: integer }, plate: { $ref: "#/definitions/base" } } }
`;

const packed = (document: unknown) =>
  JSON.parse(
    packDocument(typeof document === 'string' ? document : JSON.stringify(document), 'a.yaml').text,
  ) as Node;

describe('packed OpenAPI document', () => {
  it('reads Swagger 2.0 in YAML as OpenAPI 3', () => {
    const model = readModel(packed(swagger));
    const [resource] = model.resources;
    assert.deepEqual([model.base, model.hosts], ['/api', ['cars.example']]);
    assert.deepEqual(Object.keys(resource?.roles ?? {}), ['list', 'create', 'get']);
    assert.deepEqual(resource?.list?.paging, {
      style: 'offset',
      offset: 'offset',
      size: 'limit',
      defaultSize: 5,
      maxSize: 100,
    });
    assert.equal(resource?.roles.create?.body?.required, true);
    assert.deepEqual(model.schemes, { login: { type: 'http', scheme: 'basic' } });
  });

  it('repairs references that lead nowhere or mean another place, and tells of each once', () => {
    const document = structuredClone(petsDocument) as { paths: Record<string, unknown> };
    const content = (ref: string) => ({ content: { 'application/json': { schema: { $ref: ref } } } });
    document.paths['/odd'] = {
      get: { responses: { 200: content('#/definitions/Pet'), 400: content('other.yaml#/Pet') } },
    };
    const { repairs, operations } = readModel(packed(document));
    assert.deepEqual(repairs.toSorted(), [
      'The reference #/definitions/Pet leads nowhere and leads to #/components/schemas/Pet now.',
      'The reference #/definitions/base leads nowhere and allows anything now.',
      'The reference other.yaml#/Pet is in another file and allows anything now.',
    ]);
    const odd = operations.find(({ path }) => path === '/odd');
    assert.equal(odd?.responses['200']?.schema?.['type'], 'object');
  });

  it('survives schemas that refer to themselves', () => {
    const document = structuredClone(petsDocument) as { components: { schemas: Record<string, unknown> } };
    document.components.schemas['NewPet'] = { allOf: [{ $ref: '#/components/schemas/NewPet' }] };
    document.components.schemas['Visit'] = { $ref: '#/components/schemas/Visit' };
    assert.equal(readModel(packed(document)).operations.length, 10);
  });

  it('refuses what is no such document, and says why', () => {
    assert.throws(
      () => packDocument('- a', 'a.yaml'),
      /No twin can be made from a\.yaml: it holds no object/,
    );
    assert.throws(() => packDocument('{"openapi":"4.0","paths":{}}', 'a.json'), /neither OpenAPI 3\.0/);
    assert.throws(() => packDocument('{"openapi":"3.1.0"}', 'a.json'), /no `paths`/);
    assert.throws(() => packDocument('{', 'a.json'), /No twin can be made from a\.json/);
  });

  it('reports what was inferred and why the rest was not', () => {
    const report = reportOf(readModel(packed(petsDocument)));
    assert.deepEqual([report.operations, report.modelled], [10, 8]);
    assert.deepEqual(report.resources[0], {
      ...{ path: '/pets', id: 'id', roles: ['list', 'create', 'get', 'update', 'delete'] },
      paging: 'page and per_page (2, at most 5)',
    });
    const text = reportText(report);
    assert.match(text, /8 of 10 operations are modelled, on 2 resources/);
    assert.match(text, /2 because it is neither[^\n]*\n +POST \/pets\/\{petId\}\/feed/);
    assert.match(text, /#\/definitions\/base leads nowhere/);
  });

  it('is called by the name of its file', () => {
    assert.equal(twinDocument('openapi:api/pets.yaml'), 'api/pets.yaml');
    assert.equal(twinDocument('slack'), undefined);
    assert.deepEqual(['slack', 'openapi:api/pets.yaml', 'openapi:api.github.com.json'].map(plainTwinName), [
      'slack',
      'pets',
      'api-github-com',
    ]);
  });
});
