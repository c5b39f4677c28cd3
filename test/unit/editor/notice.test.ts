import assert from 'node:assert/strict';
import { notice } from '../../../src/editor/notice';

/** What VS Code takes for a link in a notification. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe('the text of a notification', () => {
  it('holds no link, whatever an agent called its task', () => {
    const text =
      'Task T1 ([Fix](command:workbench.action.quit)) was not finished. See [docs](https://a.example "b").';
    assert.match(text, link);
    assert.doesNotMatch(notice(text), link);
  });

  it('shows what would hide or turn around', () => {
    assert.equal(notice('a\u001b[2Jb\u202ec'), 'a␛[2Jb⟨U+202E⟩c');
  });

  it('leaves plain sentences alone', () => {
    assert.equal(notice('R1 (a [list]) failed.'), 'R1 (a [list]) failed.');
  });
});
