const json = (schema: object, example?: object) => ({
  content: { 'application/json': { schema, ...(example ? { example } : {}) } },
});
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const query = (name: string, schema: object) => ({ name, in: 'query', schema });
const time = { type: 'integer' };

/** A document of habits that pets.json has not: forms of larger APIs, in small. */
export const shopDocument = {
  openapi: '3.0.3',
  info: { title: 'Shop', version: '1' },
  paths: {
    '/pay_intents': {
      get: {
        parameters: [
          query('customer', { type: 'string' }),
          query('created', {
            anyOf: [{ type: 'object', properties: { gte: time, lt: time } }, { type: 'integer' }],
          }),
          query('sort', { type: 'string', enum: ['created', 'amount'], default: 'created' }),
          query('direction', { type: 'string', enum: ['asc', 'desc'], default: 'desc' }),
        ],
        responses: { 200: json({ type: 'array', items: ref('Intent') }) },
      },
      post: {
        requestBody: {
          required: true,
          ...json({
            type: 'object',
            required: ['amount'],
            properties: {
              amount: { type: 'integer' },
              customer: { type: 'string' },
              note: { type: 'string' },
              repeat: {
                type: 'object',
                properties: { every: { type: 'string' }, secret: { type: 'string' } },
              },
            },
          }),
        },
        responses: { 200: json(ref('Intent')), 400: json(ref('Problem')) },
      },
    },
    '/pay_intents/{intent}': {
      get: { responses: { 200: json(ref('Intent'), { id: 'x', mood: 'of get' }) } },
      post: {
        requestBody: json({
          type: 'object',
          properties: { repeat: { anyOf: [{ type: 'object' }, { enum: [''] }] } },
        }),
        responses: { 200: json(ref('Intent'), { id: 'x', mood: 'of update' }) },
      },
    },
    '/tickets': {
      get: { responses: { 200: json({ type: 'array', items: ref('Ticket') }) } },
      post: { requestBody: json({ type: 'object' }), responses: { 201: json(ref('Ticket')) } },
    },
    '/tickets/{number}': {
      get: { responses: { 200: json(ref('Ticket')) } },
      delete: { responses: { 204: { description: 'gone' } } },
    },
    '/tickets/{number}/notes': {
      get: { responses: { 200: json({ type: 'array', items: ref('Note') }) } },
      post: { requestBody: json({ type: 'object' }), responses: { 201: json(ref('Note')) } },
    },
    '/tickets/notes': { get: { responses: { 200: json({ type: 'array', items: ref('Note') }) } } },
    '/tickets/notes/{note_id}': {
      get: { responses: { 200: json(ref('Note')) } },
      patch: { requestBody: json({ type: 'object' }), responses: { 200: json(ref('Note')) } },
      delete: { responses: { 204: { description: 'gone' } } },
    },
    '/letters': {
      get: { responses: { 200: json({ type: 'array', items: ref('Note') }) } },
      post: { requestBody: json({ type: 'object' }), responses: { 201: json(ref('Note')) } },
    },
    '/searches': { post: { responses: { 200: json({ type: 'array', items: ref('Note') }) } } },
  },
  components: {
    schemas: {
      Intent: {
        type: 'object',
        required: ['id', 'mood'],
        properties: {
          id: { type: 'string' },
          amount: { type: 'integer' },
          mood: { type: 'string' },
          note: { type: 'string' },
          created: time,
          customer: { anyOf: [{ type: 'string' }, { type: 'object' }] },
          repeat: {
            type: 'object',
            required: ['every', 'times'],
            properties: { every: { type: 'string' }, times: { type: 'integer', minimum: 1 } },
          },
        },
      },
      Ticket: {
        type: 'object',
        properties: { id: { type: 'integer' }, number: { type: 'integer' } },
      },
      Note: {
        type: 'object',
        required: ['url'],
        properties: { id: { type: 'integer' }, body: { type: 'string' }, url: { type: 'string' } },
      },
      Problem: { type: 'object', properties: { message: { type: 'string' }, param: { type: 'string' } } },
    },
  },
};
