import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { specRules } from '../../../src/spec/ruleTable';
import { docPathOf, renderRulesPage } from '../../../src/spec/rulesPage';

const page = 'media/docs/spec-rules.md';

describe('reference page of the spec rules', () => {
  it('is what the rules say (UPDATE_DOCS=1 writes it)', () => {
    const rendered = renderRulesPage(specRules);
    if (process.env.UPDATE_DOCS) writeFileSync(page, rendered);
    assert.equal(readFileSync(page, 'utf8'), rendered);
  });

  it('has a heading for the link of every rule', () => {
    const anchors = Array.from(renderRulesPage(specRules).matchAll(/^## (.*)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const { id } of specRules) assert.ok(anchors.includes(docPathOf(id).split('#')[1] ?? ''), id);
  });

  it('names each rule once', () => {
    assert.equal(new Set(specRules.map(({ id }) => id)).size, specRules.length);
  });
});
