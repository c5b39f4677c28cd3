import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { scenarioJsonSchema } from '../../../src/holdouts/scenarioSchema';

describe('the published JSON Schema of scenarios', () => {
  it('is what the code accepts', async () => {
    const published: unknown = JSON.parse(await readFile('media/schemas/scenario.schema.json', 'utf8'));
    assert.deepEqual(published, scenarioJsonSchema());
  });
});
