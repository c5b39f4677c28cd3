/** A small document with one of everything that twins infer. */
export const petsDocument = {
  openapi: '3.0.3',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: 'https://{region}.pets.example/v1', variables: { region: { default: 'eu' } } }],
  security: [{ key: [] }, { bearer: [] }],
  paths: {
    '/pets': {
      get: {
        parameters: [
          { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1 } },
          { name: 'per_page', in: 'query', schema: { type: 'integer', default: 2, maximum: 5 } },
          { name: 'kind', in: 'query', schema: { type: 'string', enum: ['cat', 'dog'] } },
          { name: 'sort', in: 'query', schema: { type: 'string' } },
        ],
        responses: {
          200: {
            headers: { Link: { schema: { type: 'string' } } },
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Pet' } } },
            },
          },
        },
      },
      post: {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/NewPet' } } },
        },
        responses: {
          201: {
            headers: { Location: { schema: { type: 'string' } } },
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Pet' },
                example: '{ "id": 9, "name": "Rex", "kind": "dog", "mood": "calm" }',
              },
            },
          },
          400: { $ref: '#/components/responses/Problem' },
          422: { $ref: '#/components/responses/Problem' },
        },
      },
    },
    '/pets/{petId}': {
      parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'integer' } }],
      get: {
        responses: {
          200: { $ref: '#/components/responses/Pet' },
          404: { $ref: '#/components/responses/Problem' },
        },
      },
      patch: {
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/PetChange' } } },
        },
        responses: { 200: { $ref: '#/components/responses/Pet' } },
      },
      delete: { responses: { 204: { description: 'Gone' } } },
    },
    '/pets/{petId}/visits': {
      get: {
        parameters: [
          { name: 'cursor', in: 'query', schema: { type: 'string' } },
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
        ],
        responses: {
          200: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['visits', 'meta'],
                  properties: {
                    visits: { type: 'array', items: { $ref: '#/components/schemas/Visit' } },
                    meta: { type: 'object', properties: { next_cursor: { type: 'string', nullable: true } } },
                  },
                },
              },
            },
          },
        },
      },
      post: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Visit' } } } },
        responses: {
          201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Visit' } } } },
        },
      },
    },
    '/pets/{petId}/visits/{visitId}': {
      get: {
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Visit' } } } },
        },
      },
    },
    '/pets/{petId}/feed': { post: { responses: { 200: { $ref: '#/components/responses/Pet' } } } },
    '/health': { get: { security: [], responses: { 200: { description: 'Fine' } } } },
  },
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      bearer: { type: 'oauth2', flows: {} },
    },
    responses: {
      Pet: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } },
      Problem: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
    schemas: {
      Pet: {
        allOf: [{ $ref: '#/components/schemas/NewPet' }],
        type: 'object',
        required: ['id', 'mood', 'created_at'],
        properties: {
          id: { type: 'integer', readOnly: true },
          mood: { type: 'string' },
          created_at: { type: 'string', format: 'date-time' },
          updated_at: { type: 'string', format: 'date-time' },
        },
      },
      NewPet: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1 },
          kind: { type: 'string', enum: ['cat', 'dog'] },
        },
      },
      PetChange: { type: 'object', properties: { name: { type: 'string', minLength: 1 } } },
      Visit: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string', format: 'uuid', readOnly: true },
          petId: { type: 'integer' },
          reason: { type: 'string', nullable: true },
          owner: { $ref: '#/definitions/base' },
        },
      },
      Problem: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'integer' },
          message: { type: 'string' },
          errors: {
            type: 'array',
            items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } },
          },
        },
      },
    },
  },
};
