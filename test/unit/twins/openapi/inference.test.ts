import assert from 'node:assert/strict';
import { openTwin } from '../../../../src/twins/services';
import { packDocument } from '../../../../src/twins/openapi/pack';
import { shopDocument } from './shopDocument';

interface Answer {
  status: number;
  body: unknown;
}

async function open() {
  let clock = 0;
  const { text: document } = packDocument(JSON.stringify(shopDocument), 'shop.json');
  const { app } = await openTwin('openapi:shop.json', { document, now: () => (clock += 1000) });
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await app.request(`http://localhost${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  /** One member of each object in an answer. */
  const all = async (path: string, member: string): Promise<unknown[]> =>
    ((await call('GET', path)).body as Record<string, unknown>[]).map((one) => one[member]);
  return { call, all };
}

type Intent = Record<string, unknown> & { id: string; created: number };

describe('inference of an OpenAPI twin', () => {
  it('takes the last word of a collection for the name of its items', async () => {
    const { call } = await open();
    const { id } = (await call('POST', '/pay_intents', { amount: 1 })).body as Intent;
    assert.equal((await call('GET', `/pay_intents/${id}`)).status, 200);
  });

  it('fills in what objects need beyond what requests give, and leaves out what they do not have', async () => {
    const { call } = await open();
    const repeat = { every: 'month', secret: 'x' };
    const made = (await call('POST', '/pay_intents', { amount: 1, repeat })).body as Intent;
    assert.deepEqual(made['repeat'], { every: 'month', times: 1 });
    const changed = await call('POST', `/pay_intents/${made.id}`, { repeat: '' });
    assert.equal((changed.body as Intent)['repeat'], undefined);
  });

  it('shows an object the same in every answer', async () => {
    const { call } = await open();
    const made = (await call('POST', '/pay_intents', { amount: 1 })).body as Intent;
    const changed = (await call('POST', `/pay_intents/${made.id}`, {})).body as Intent;
    assert.deepEqual([made['mood'], changed['mood']], ['of get', 'of get']);
  });

  it('filters by references and ranges, and puts lists in the order of the document', async () => {
    const { call, all } = await open();
    for (const [amount, customer] of [
      [3, 'ann'],
      [1, 'ben'],
      [2, 'ann'],
    ])
      await call('POST', '/pay_intents', { amount, customer });
    assert.deepEqual(await all('/pay_intents', 'amount'), [2, 1, 3], 'newest first');
    assert.deepEqual(await all('/pay_intents?sort=amount&direction=asc', 'amount'), [1, 2, 3]);
    assert.deepEqual(await all('/pay_intents?customer=ann', 'amount'), [2, 3]);
    const [newest, middle] = await all('/pay_intents', 'created');
    assert.deepEqual(await all(`/pay_intents?created[gte]=${String(middle)}`, 'amount'), [2, 1]);
    assert.deepEqual(await all(`/pay_intents?created[lt]=${String(newest)}`, 'amount'), [1, 3]);
    assert.deepEqual(await all(`/pay_intents?created=${String(middle)}`, 'amount'), [1]);
  });

  it('names the member that is missing when there is no body at all', async () => {
    const { call } = await open();
    assert.deepEqual(await call('POST', '/pay_intents'), {
      status: 400,
      body: { message: 'amount is required', param: 'amount' },
    });
  });

  it('finds items that have their paths elsewhere, and numbers objects where they are', async () => {
    const { call, all } = await open();
    for (let count = 0; count < 2; count += 1) await call('POST', '/tickets', {});
    assert.deepEqual(await all('/tickets', 'number'), [1, 2]);
    const made = (await call('POST', '/tickets/1/notes', { body: 'one' })).body as {
      id: number;
      url: string;
    };
    await call('POST', '/tickets/2/notes', { body: 'two' });
    assert.equal((await call('POST', '/tickets/3/notes', { body: 'three' })).status, 404);
    const place = `/tickets/notes/${made.id}`;
    assert.equal(new URL(made.url).pathname, place);
    assert.equal((await call('PATCH', place, { body: 'new' })).status, 200);
    assert.deepEqual(await all('/tickets/1/notes', 'body'), ['new']);
    assert.deepEqual(await all('/tickets/notes', 'body'), ['new', 'two']);
    await call('DELETE', '/tickets/2');
    assert.deepEqual(await all('/tickets/notes', 'body'), ['new']);
    assert.equal((await call('DELETE', place)).status, 204);
    assert.deepEqual(await all('/tickets/1/notes', 'body'), []);
  });

  it('keeps a collection whose items have no paths, but no search', async () => {
    const { call, all } = await open();
    assert.equal((await call('POST', '/letters', { body: 'a' })).status, 201);
    assert.deepEqual(await all('/letters', 'body'), ['a']);
    assert.equal((await call('POST', '/searches')).status, 501);
  });
});
