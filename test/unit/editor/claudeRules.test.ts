import assert from 'node:assert/strict';
import { insertionOf, pendingRules } from '../../../src/editor/claudeRules';

function withRules(text: string, ...rules: string[]): string {
  const { at, insert } = insertionOf(text, rules);
  return text.slice(0, at) + insert + text.slice(at);
}

describe('rules in CLAUDE.md', () => {
  it('go below a heading of their own, at the end', () => {
    assert.equal(withRules('', 'One.', 'Two.'), '## Learnt in the factory\n\n- One.\n- Two.\n');
    assert.equal(
      withRules('# Mine\n\nText.\n', 'One.'),
      '# Mine\n\nText.\n\n## Learnt in the factory\n\n- One.\n',
    );
    assert.equal(withRules('Text.', 'One.'), 'Text.\n\n## Learnt in the factory\n\n- One.\n');
  });

  it('join those that were accepted before', () => {
    const before = withRules('Text.\n', 'One.');
    const more = `${before}\n## After\n`;
    assert.equal(
      withRules(more, 'Two.'),
      'Text.\n\n## Learnt in the factory\n\n- Two.\n- One.\n\n## After\n',
    );
  });

  it('keep the line ends of the file', () => {
    assert.equal(withRules('Text.\r\n', 'One.'), 'Text.\r\n\r\n## Learnt in the factory\r\n\r\n- One.\r\n');
  });

  it('are pending until the file has them', () => {
    const [one, two] = ['One.', 'Two.'].map((rule) => ({ rule, why: 'w', agent: 'a' }));
    assert.deepEqual(pendingRules([one!, two!], '- One.\n'), [two]);
  });
});
