import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parseScenario } from '../../../src/holdouts/scenario';
import { scenarioJsonSchema } from '../../../src/holdouts/scenarioSchema';

describe('the reference of scenarios', () => {
  it('shows whole examples that are read', async () => {
    const page = await readFile('media/docs/scenarios.md', 'utf8');
    const examples = [...page.matchAll(/^```yaml\n(id: [^]*?)^```$/gm)].map((match) => match[1] ?? '');
    assert.equal(examples.length, 2);
    for (const text of examples) assert.ok('scenario' in parseScenario(text), text);
  });
});

describe('the published JSON Schema of scenarios', () => {
  it('is what the code accepts', async () => {
    const published: unknown = JSON.parse(await readFile('media/schemas/scenario.schema.json', 'utf8'));
    assert.deepEqual(published, scenarioJsonSchema());
  });
});
