import assert from 'node:assert/strict';
import { trimEvent } from '../../../src/shared/eventView';
import { parseInspectorMessage, parseTimelineMessage } from '../../../src/shared/protocol';
import { reduce } from '../../../src/shared/reduce';
import { visible, visibleDeep } from '../../../src/shared/visible';
import { webviewHtml } from '../../../src/shared/webviewHtml';
import { sampleRun } from '../../webview/sampleRun';
import { Journal, text } from './journal';

const span = '0123456789abcdef';

describe('messages from the timeline', () => {
  it('are taken when they are what a timeline sends, and nothing is carried along', () => {
    assert.deepEqual(parseTimelineMessage({ type: 'ready', more: 1 }), { type: 'ready' });
    assert.deepEqual(parseTimelineMessage({ type: 'refresh', id: 3 }), { type: 'refresh', id: 3 });
    assert.deepEqual(parseTimelineMessage({ type: 'select', span }), { type: 'select', span });
    const command = { type: 'command', id: 1, name: 'cancel', run: '7f3a' };
    assert.deepEqual(parseTimelineMessage(command), command);
  });

  it('are refused otherwise', () => {
    const command = { type: 'command', id: 1, name: 'cancel', run: '7f3a' };
    for (const value of [
      null,
      undefined,
      'ready',
      [],
      {},
      { type: 'open' },
      { type: 'refresh' },
      { type: 'refresh', id: -1 },
      { type: 'refresh', id: 1.5 },
      { type: 'select', span: '../../etc' },
      { type: 'select', span: span.toUpperCase() },
      { ...command, name: 'rm' },
      { ...command, name: 'toString' },
      { ...command, run: '../7f3a' },
      { ...command, id: '1' },
    ]) {
      assert.equal(parseTimelineMessage(value), null, JSON.stringify(value));
    }
  });
});

describe('messages from the inspector', () => {
  it('are taken when they are what an inspector sends', () => {
    assert.deepEqual(parseInspectorMessage({ type: 'ready' }), { type: 'ready' });
    const open = { type: 'open', span, what: 'output' };
    assert.deepEqual(parseInspectorMessage(open), open);
    assert.deepEqual(parseInspectorMessage({ type: 'select', span }), { type: 'select', span });
  });

  it('are refused otherwise', () => {
    for (const value of [
      null,
      7,
      { type: 'open', span },
      { type: 'open', span, what: 'file' },
      { type: 'command' },
    ]) {
      assert.equal(parseInspectorMessage(value), null, JSON.stringify(value));
    }
  });
});

describe('events for the timeline', () => {
  it('reduce to the same bars, marks and money as the whole ones', () => {
    const { events } = sampleRun('accepted');
    assert.deepEqual(reduce(events.map(trimEvent)), reduce(events));
  });

  it('carry no payload beyond the beginning of a line', () => {
    const journal = new Journal().add('agent.finished', span, {
      key: 'k',
      agent: 'planner',
      turns: 1,
      ok: true,
      reason: 'finished\nsecond line',
      answer: text(`${'x'.repeat(5000)}\nsecond line`),
    });
    const [event] = journal.events.map(trimEvent);
    assert.ok(JSON.stringify(event).length < 600);
    assert.ok(!JSON.stringify(event).includes('second line'));
  });
});

describe('visible text', () => {
  it('leaves ordinary text of any script alone', () => {
    for (const plain of ['plain\n\ttext', 'naïve — “quoted”', '日本語 עברית العربية', '👩‍👩‍👧 ✓']) {
      assert.equal(visible(plain), plain);
    }
  });

  it('shows what would act on a terminal, turn the direction or hide', () => {
    assert.equal(visible('\u001b[31mred\u0007'), '␛[31mred␇');
    assert.equal(visible('a\u202eb\u2066c'), 'a⟨U+202E⟩b⟨U+2066⟩c');
    assert.equal(visible('a\u200bb\ufeffc\u{e0041}'), 'a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+E0041⟩');
    assert.equal(visible('a\r\nb\rc\u009b'), 'a\nb␍c⟨U+009B⟩');
  });

  it('reaches every string of a value, and no key of an object leads astray', () => {
    const value = JSON.parse(
      '{"a":["\\u0007",{"b":"\\u0008"}],"__proto__":{"x":"\\u001b"},"n":1,"z":null}',
    ) as object;
    assert.equal(
      JSON.stringify(visibleDeep(value)),
      '{"a":["␇",{"b":"␈"}],"__proto__":{"x":"␛"},"n":1,"z":null}',
    );
  });
});

describe('the page of a webview', () => {
  it('lets nothing run or load but its own script, styles and fonts', () => {
    const html = webviewHtml({
      title: 'A <title>',
      script: 'https://host/timeline.js?a=1&b=2',
      styles: ['https://host/codicon.css'],
      nonce: 'abc123',
      cspSource: 'https://host',
      lang: 'en',
    });
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'nonce-abc123';/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.match(html, /<html lang="en">/);
    assert.match(html, /<title>A &lt;title&gt;<\/title>/);
    assert.match(html, /id="vscode-codicon-stylesheet" nonce="abc123" href="https:\/\/host\/codicon.css"/);
    assert.match(html, /nonce="abc123" src="https:\/\/host\/timeline.js\?a=1&amp;b=2"/);
  });
});
