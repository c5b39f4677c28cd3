import assert from 'node:assert/strict';
import { openTwin, type OpenedTwin } from '../../../../src/twins/services';
import { packDocument } from '../../../../src/twins/openapi/pack';
import type { TwinOptions } from '../../../../src/twins/contract';
import { petsDocument } from './petsDocument';

const start = Date.UTC(2026, 0, 1);

interface Client {
  opened: OpenedTwin;
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
}

async function open(options: TwinOptions = {}, document: unknown = petsDocument): Promise<Client> {
  const { text } = packDocument(JSON.stringify(document), 'pets.json');
  const opened = await openTwin('openapi:api/pets.json', {
    ...{ document: text, credentials: { token: 'secret' }, now: () => start },
    ...options,
  });
  return {
    opened,
    async call(method, path, body, headers = { 'x-api-key': 'secret' }) {
      const json = body === undefined ? {} : { 'content-type': 'application/json' };
      return opened.app.request(`http://localhost/v1${path}`, {
        method,
        headers: { ...json, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
  };
}

async function answered(response: Promise<Response>): Promise<[number, unknown]> {
  const { status, body } = await response;
  return [status, body === null ? null : await (await response).json()];
}

describe('twin of an OpenAPI document', () => {
  it('creates, lists, gets, updates and deletes, and then answers 404', async () => {
    const { call } = await open();
    const created = await call('POST', '/pets', { name: 'Rex', kind: 'dog' });
    assert.equal(created.status, 201);
    assert.match(created.headers.get('location') ?? '', /\/v1\/pets\/1$/);
    const pet = { id: 1, name: 'Rex', kind: 'dog', mood: 'calm' };
    const time = new Date(start).toISOString();
    assert.deepEqual(await created.json(), { ...pet, created_at: time, updated_at: time });
    assert.deepEqual((await answered(call('GET', '/pets')))[1], [
      { ...pet, created_at: time, updated_at: time },
    ]);
    const changed = await answered(call('PATCH', '/pets/1', { name: 'Max' }));
    assert.equal((changed[1] as { name: string }).name, 'Max');
    assert.equal(((await answered(call('GET', '/pets/1')))[1] as { name: string }).name, 'Max');
    assert.deepEqual(await answered(call('DELETE', '/pets/1')), [204, null]);
    assert.deepEqual(await answered(call('GET', '/pets/1')), [404, { code: 404, message: 'Not Found' }]);
  });

  it('answers bad requests with the status and shape of the document', async () => {
    const { call, opened } = await open();
    const missing = {
      code: 422,
      message: 'name is required',
      errors: [{ field: 'name', message: 'name is required' }],
    };
    assert.deepEqual(await answered(call('POST', '/pets', {})), [422, missing]);
    assert.equal((await call('POST', '/pets', { name: 'Rex', kind: 'bird' })).status, 422);
    assert.equal((await call('POST', '/pets', '{')).status, 400);
    assert.equal((await call('POST', '/pets')).status, 422);
    assert.equal((await call('GET', '/pets?page=zero')).status, 400);
    assert.equal((await call('GET', '/pets/none')).status, 404);
    assert.deepEqual(opened.twin.snapshot().includes('"/pets"'), false);
  });

  it('asks for the credentials of the document', async () => {
    const { call } = await open();
    const refused = await call('GET', '/pets', undefined, {});
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
    assert.equal((await call('GET', '/pets', undefined, { 'x-api-key': 'other' })).status, 401);
    assert.equal((await call('GET', '/pets', undefined, { authorization: 'Bearer secret' })).status, 200);
  });

  it('pages by number with links, filters by members, and refuses what it does not know to do', async () => {
    const { call, opened } = await open();
    for (const [index, kind] of ['cat', 'dog', 'cat', 'dog', 'cat'].entries()) {
      await call('POST', '/pets', { name: `P${index}`, kind });
    }
    const names = async (path: string) =>
      ((await (await call('GET', path)).json()) as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(await names('/pets'), ['P0', 'P1']);
    assert.deepEqual(await names('/pets?page=3'), ['P4']);
    assert.deepEqual(await names('/pets?kind=cat&per_page=5'), ['P0', 'P2', 'P4']);
    const middle = (await call('GET', '/pets?page=2')).headers.get('link') ?? '';
    assert.match(
      middle,
      /<[^>]*\/v1\/pets\?page=1>; rel="prev", <[^>]*page=3>; rel="next", <[^>]*page=3>; rel="last"/,
    );
    assert.deepEqual(await names('/pets?sort=-name'), ['P4', 'P3']);
    assert.equal((await call('GET', '/pets?sort=beauty')).status, 501);
    assert.equal(opened.twin.calls().at(-1)?.unmodelled, true);
  });

  it('pages by cursor where the answer says the next', async () => {
    const { call } = await open();
    await call('POST', '/pets', { name: 'Rex' });
    for (const reason of ['a', 'b', 'c']) await call('POST', '/pets/1/visits', { reason });
    type Visits = { visits: { reason: string; petId: number }[]; meta: { next_cursor: string | null } };
    const first = (await (await call('GET', '/pets/1/visits?limit=2')).json()) as Visits;
    assert.deepEqual(
      first.visits.map(({ reason, petId }) => [reason, petId]),
      [
        ['a', 1],
        ['b', 1],
      ],
    );
    const rest = await call('GET', `/pets/1/visits?limit=2&cursor=${first.meta.next_cursor}`);
    const second = (await rest.json()) as Visits;
    assert.deepEqual(
      second.visits.map(({ reason }) => reason),
      ['c'],
    );
    assert.ok(!second.meta.next_cursor);
    assert.equal((await call('GET', '/pets/1/visits?cursor=nonsense')).status, 400);
  });

  it('keeps what is below an object with it', async () => {
    const { call, opened } = await open();
    assert.equal((await call('POST', '/pets/1/visits', {})).status, 404);
    await call('POST', '/pets', { name: 'Rex' });
    assert.equal((await call('POST', '/pets/1/visits', {})).status, 201);
    await call('DELETE', '/pets/1');
    assert.equal((await call('GET', '/pets/1/visits')).status, 404);
    assert.deepEqual(opened.twin.state, { objects: { '/pets': [] }, last: 1, counts: {} });
  });

  it('answers what it did not infer with 501 in the shape of the document, and says so in the log', async () => {
    const { call, opened } = await open();
    const [status, body] = await answered(call('POST', '/pets/1/feed'));
    assert.deepEqual([status, (body as { code: number }).code], [501, 501]);
    assert.equal((await call('GET', '/health', undefined, {})).status, 501);
    assert.equal((await call('GET', '/nowhere')).status, 404);
    assert.equal((await call('PUT', '/pets')).status, 405);
    assert.deepEqual(
      opened.twin.calls().map(({ method, unmodelled }) => [method, unmodelled]),
      [
        ['POST /pets/{petId}/feed', true],
        ['GET /health', true],
        ['GET /v1/nowhere', true],
        ['PUT /v1/pets', true],
      ],
    );
  });

  it('plays faults in the shape of the document, and none it does not know', async () => {
    const { call, opened } = await open();
    opened.twin.addFaults([
      { on: 'GET /pets', reply: 'http_503' },
      { on: '*', reply: 'ratelimited', retryAfter: 7 },
    ]);
    assert.deepEqual(await answered(call('GET', '/pets')), [503, { code: 503, message: 'HTTP 503' }]);
    const limited = await call('GET', '/pets');
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    assert.throws(() => opened.twin.addFaults([{ on: 'GET /health', reply: 'http_500' }]), /does not model/);
    assert.throws(() => opened.twin.addFaults([{ on: 'GET /pets', reply: 'purple' }]), /none of/);
  });

  it('starts from a seed of objects, and refuses one of what is not there', async () => {
    const { call } = await open({ seed: { objects: { '/pets': [{ id: 7, name: 'Old' }] } } });
    assert.equal((await call('GET', '/pets/7')).status, 200);
    await assert.rejects(open({ seed: { objects: { '/cars': [] } } }), /\/cars is no collection/);
    await assert.rejects(open({ seed: { objects: { '/pets': [{}] } } }), /needs "id"/);
  });

  it('is the same again after a snapshot was restored', async () => {
    const { call, opened } = await open();
    await call('POST', '/pets', { name: 'Rex' });
    const snapshot = opened.twin.snapshot();
    await call('DELETE', '/pets/1');
    opened.twin.restore(snapshot);
    assert.equal((await call('GET', '/pets/1')).status, 200);
  });
});
