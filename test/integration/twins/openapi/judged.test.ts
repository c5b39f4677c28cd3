import assert from 'node:assert/strict';
import { packDocument } from '../../../../src/twins/openapi/pack';
import { perform } from '../../holdouts/theatre';
import { petsDocument } from '../../../unit/twins/openapi/petsDocument';

/** Adds a pet and shows what there is; the second time at the real service's host. */
const program = `
const { PETS_URL, PETS_TOKEN } = process.env;
const headers = { 'x-api-key': PETS_TOKEN, 'content-type': 'application/json' };
(async () => {
  await fetch(PETS_URL + '/pets', { method: 'POST', headers, body: JSON.stringify({ name: 'Rex' }) });
  const pets = await fetch('https://eu.pets.example/v1/pets', { headers });
  console.log((await pets.json()).map(({ name }) => name).join());
})();`;

const scenario = `
given:
  twins:
    pets:
      seed: { objects: { /pets: [{ id: 7, name: "{{canary.old}}" }] } }
steps:
  - run: ["{{program}}"]
    expect: { exit: 0, stdout: { contains: ",Rex" } }
  - twin: pets
    expect:
      calls: { method: POST /pets, answered: ok, count: 1, args: { name: Rex } }
      state: { "$.objects['/pets'][*].name": ["{{canary.old}}", Rex] }`;

describe('twin of an OpenAPI document under the judge', () => {
  it('is seeded, reached by its URL and the real host, and read afterwards by its plain name', async () => {
    const name = 'openapi:api/pets.json';
    const document = packDocument(JSON.stringify(petsDocument), 'api/pets.json');
    const verdict = await perform({
      candidate: { 'main.js': program },
      spec: {
        commands: { program: ['node', 'main.js'] },
        env: { PETS_URL: '{{twin.pets.url}}', PETS_TOKEN: '{{twin.pets.token}}' },
        twins: [name],
      },
      scenario,
      context: (context) => ({ ...context, documents: { [name]: document } }),
    });
    assert.equal(verdict.trouble, undefined);
    assert.equal(verdict.passed, true);
  });
});
