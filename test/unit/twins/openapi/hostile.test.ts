import assert from 'node:assert/strict';
import { throwDice } from '../../../../src/twins/dice';
import { packDocument } from '../../../../src/twins/openapi/pack';
import { openTwin } from '../../../../src/twins/services';
import { petsDocument } from './petsDocument';

const seed = Number(process.env['SEED'] ?? 20_261_125);
const requests = 3000;
const words = [
  '',
  'pets',
  '1',
  '2',
  'visits',
  'feed',
  '%',
  '%00',
  '..',
  '__proto__',
  'constructor',
  'health',
  '{petId}',
  '%2F',
];
const queries = [
  '',
  '?page=-1',
  '?page=1e9',
  '?per_page=0',
  '?a[b][c]=1',
  '?__proto__[x]=1',
  '?cursor=%ff',
  '?limit=2',
  '?kind=cat&kind=dog',
];
const bodies = [
  '',
  '{',
  '[]',
  'null',
  '1',
  '"x"',
  '{"name":"x"}',
  '{"name":null}',
  '{"__proto__":{"a":1}}',
  '{"id":"1","name":"y"}',
  'a[0]=1&b=2',
];
const types = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  '',
];

describe('twin of an OpenAPI document under hostile requests', () => {
  it(`never fails and keeps identifiers unique (SEED=${seed})`, async () => {
    const { text } = packDocument(JSON.stringify(petsDocument), 'pets.json');
    const { app, twin } = await openTwin('openapi:pets.json', {
      document: text,
      credentials: { token: 'secret' },
    });
    let dice = seed;
    const pick = <T>(from: readonly T[]): T => {
      const thrown = throwDice(dice);
      dice = thrown.seed;
      return from[Math.floor(thrown.value * from.length)]!;
    };
    for (let count = 0; count < requests; count += 1) {
      const method = pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']);
      const path = `/v1/${[pick(['pets', 'pets', pick(words)]), pick(words), pick(words)].slice(0, pick([1, 2, 3])).join('/')}`;
      const body = ['GET', 'HEAD'].includes(method) ? {} : { body: pick(bodies) };
      const headers = {
        'x-api-key': pick(['secret', 'secret', 'secret', 'no']),
        'content-type': pick(types),
      };
      const response = await app.request(`http://localhost${path}${pick(queries)}`, {
        method,
        headers,
        ...body,
      });
      assert.ok(response.status < 500 || response.status === 501, `${method} ${path}: ${response.status}`);
    }
    const { objects } = twin.state as { objects: Record<string, { id: unknown }[]> };
    for (const [path, items] of Object.entries(objects)) {
      assert.equal(new Set(items.map(({ id }) => String(id))).size, items.length, path);
    }
    assert.deepEqual(
      twin.calls().filter(({ answered }) => answered === 'twin_defect'),
      [],
    );
  });
});
