import assert from 'node:assert/strict';
import { isStuck } from '../../../src/agents/stuck';

describe('isStuck', () => {
  it('sees one round, two or three repeated four times', () => {
    assert.equal(isStuck(['x', 'a', 'a', 'a', 'a']), true);
    assert.equal(isStuck(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']), true);
    assert.equal(isStuck([...'abcabcabcabc']), true);
  });

  it('leaves alone what still changes', () => {
    assert.equal(isStuck(['a', 'a', 'a']), false);
    assert.equal(isStuck(['a', 'a', 'b', 'a', 'a']), false);
    assert.equal(isStuck([...'ababac']), false);
    assert.equal(isStuck([]), false);
  });
});
