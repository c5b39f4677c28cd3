import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { catalogued } from '../../src/twins/catalogue';
import * as jira from '../../src/twins/jira/coverage';
import { oktaCoverage } from '../../src/twins/okta/coverage';
import * as slack from '../../src/twins/slack/coverage';
import { conformanceTests, renderTwinsPage } from '../support/twinsPage';

const page = 'media/docs/twins.md';
/** How long each list is. */
const lists = { S: 38, O: 40, J: 41 };

describe('reference page of the twins', () => {
  const tests = conformanceTests();

  it('is what the code and the tests say (UPDATE_DOCS=1 writes it)', () => {
    const rendered = renderTwinsPage(
      [
        { entry: catalogued('slack'), coverage: slack, prefix: 'S' },
        { entry: catalogued('okta'), coverage: oktaCoverage, prefix: 'O' },
        { entry: catalogued('jira'), coverage: jira, prefix: 'J' },
      ],
      tests,
    );
    if (process.env.UPDATE_DOCS) writeFileSync(page, rendered);
    assert.equal(readFileSync(page, 'utf8'), rendered);
  });

  it('finds a test for every item of the conformance lists', () => {
    const tested = new Set(tests.map(({ id }) => id));
    const items = Object.entries(lists).flatMap(([prefix, count]) =>
      Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`),
    );
    assert.deepEqual(
      items.filter((item) => !tested.has(item)),
      [],
    );
  });
});
