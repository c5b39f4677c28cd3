import assert from 'node:assert/strict';
import { compareElsewhere, elsewhereNotes, whyRejected } from '../../../src/factory/elsewhere';
import { otherLook, usualLook } from '../../../src/factory/judgingBench';

/** Answers in the order they are asked for; more are not asked for. */
async function compare(answers: readonly ['usual' | 'other', boolean][], root = otherLook.root) {
  const left = [...answers];
  const outcome = await compareElsewhere('H-aaaaaa', (look) => {
    const [expected, passed] = left.shift() ?? [];
    assert.equal(look, expected);
    return Promise.resolve({ passed: passed === true, root });
  });
  assert.deepEqual(left, []);
  return outcome;
}

describe('a result that is judged elsewhere', () => {
  it('is accepted without a word when it passes there', async () => {
    const all = [await compare([['other', true]])];
    assert.equal(whyRejected(all), undefined);
    assert.deepEqual(elsewhereNotes(all), []);
  });

  it('is rejected when it fails there twice and passes once more in the usual place', async () => {
    const answers = [
      ['other', false],
      ['usual', true],
      ['other', false],
    ] as const;
    const twice = await compare(answers.map(([look, passed]) => [look, passed]));
    assert.match(
      whyRejected([twice]) ?? '',
      /H-aaaaaa passed twice, and failed twice .* paths and file dates/,
    );
    const unmoved = await compare(
      answers.map(([look, passed]) => [look, passed]),
      usualLook.root,
    );
    assert.match(whyRejected([unmoved]) ?? '', /temporary folders and file dates are others/);
  });

  it('is accepted, and called flaky, when it fails in the usual place too or passes the second time', async () => {
    const everywhere = await compare([
      ['other', false],
      ['usual', false],
    ]);
    const once = await compare([
      ['other', false],
      ['usual', true],
      ['other', true],
    ]);
    for (const one of [everywhere, once]) {
      assert.equal(whyRejected([one]), undefined);
      assert.match(elsewhereNotes([one]).join(), /^flaky: H-aaaaaa passed, and failed when judged again$/);
    }
  });

  it('is accepted, and a person told, when it can only be built in the usual place', async () => {
    const all = [await compare([['other', true]], usualLook.root)];
    assert.match(elsewhereNotes(all).join(), /not tried in a folder of another name/);
  });
});
