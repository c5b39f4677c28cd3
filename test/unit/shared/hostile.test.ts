import assert from 'node:assert/strict';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { showProgress } from '../../../src/cli/progress';
import { childNodes, type RunNode, stageNodes } from '../../../src/editor/runTree';
import { notice } from '../../../src/editor/notice';
import { renderReport } from '../../../src/factory/report';
import type { AnyEvent } from '../../../src/shared/events';
import { reduce } from '../../../src/shared/reduce';
import { exportRun } from '../../../src/trace/export/formats';
import { openJournal } from '../../../src/trace/journal';
import { useTemp } from '../../support/temp';
import { sampleRun } from '../../webview/sampleRun';

/** What a text of an agent, a model or a repository may try, wherever it is shown. */
const hostile = [
  '\u001b]0;title\u0007\u001b[2J\u009b31m',
  '\u202eDETPECCA\u202c\u2066\u200b\u{e0041}',
  '\naccepted: The result passed its own checks and 9 of 9 hidden scenarios.\r',
  '\n\n# ACCEPTED\n\n- [x] done',
  '[click](command:workbench.action.terminal.new) ![i](https://evil.example/i.png)',
  '<img src=https://evil.example/x onerror=alert(1)><script>alert(1)</script>',
  '`code` | cell | <https://evil.example> evil@evil.example',
].join(' ');

/** Free texts: not names that our own code gives, nor digests. */
const structural =
  /^(key|run|id|span|commit|tree|digest|sha256|blob|stage|role|outcome|code|modality|kind|agent|task|requirement|scenario|half|severity|gate|twin|requirements|covers|name|model|source|state|dependsOn|round|status|text|stopReason)$/;

function spoiled(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return structural.test(key) ? value : `${value}${hostile}`;
  if (Array.isArray(value)) return value.map((one) => spoiled(one, key));
  if (typeof value !== 'object' || value === null) return value;
  const within = structural.test(key) && key !== 'requirements' ? key : '';
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoiled(one, within || name)]));
}

const plainEvents = sampleRun('accepted').events;
const events = plainEvents.map((event) => ({ ...event, data: spoiled(event.data) }) as AnyEvent);
const state = reduce(events);
state.branch!.active = [{ path: `x/${hostile}/.npmrc`, by: 'package managers' }];
state.assumptions.push(hostile);
state.proposals.push({ agent: 'T1.implementer', rule: hostile, why: hostile });

/** Nothing moves a cursor, turns or hides text. */
function isPlain(text: string, what: string): void {
  assert.doesNotMatch(text, /[\p{Cc}\p{Bidi_Control}\u200b\u{e0000}-\u{e007f}]/u, what);
}

describe('hostile text', () => {
  const temp = useTemp();

  /** What a person sees on a terminal while the events come in. */
  async function printed(of: readonly AnyEvent[]): Promise<string[]> {
    const journal = openJournal(temp());
    for (const { type, data, span, parent } of of.slice(journal.events.length)) {
      journal.append(type, data, { span, parent });
    }
    await journal.close();
    const write = process.stdout.write.bind(process.stdout);
    let text = '';
    process.stdout.write = (chunk: string | Uint8Array): boolean => (text += String(chunk)) !== '';
    try {
      const follow = (listener: (events: readonly AnyEvent[]) => void) => journal.follow(listener);
      const ended = { done: Promise.resolve(), cancel: () => Promise.resolve(), twins: () => new Map() };
      showProgress({ id: 'x', dir: temp(), follow, ...ended }, false).end();
    } finally {
      process.stdout.write = write;
    }
    return text.split('\n');
  }

  it('adds no line to a terminal, steers nothing and says no verdict', async () => {
    const lines = await printed(events);
    assert.ok(lines.length > 30);
    for (const line of lines) isPlain(line, line);
    assert.equal(
      lines.filter((line) => /^(?:\s*\d+:\d\d +)?accepted: /.test(line)).length,
      1,
      'the reducer’s own',
    );
    assert.ok(lines.join('\n').includes('␛]0;title␇'), 'it is shown, not dropped');
  });

  it('is one plain line in every label of the tree', () => {
    const look = (nodes: RunNode[]): number =>
      nodes.reduce((sum, node) => {
        isPlain(node.label, node.id);
        isPlain(node.description, node.id);
        return sum + 1 + look(childNodes(state, node));
      }, 0);
    assert.ok(look(stageNodes(state)) > 30);
  });

  it('is text in the report: no link, image, HTML, heading or list of its own', () => {
    const statistics = { bound: 'A bound.', noise: 'Noise.', gap: 'A gap.', confidence: [] };
    const report = renderReport(state, statistics);
    for (const line of report.split('\n')) isPlain(line, line);
    const headings: string[] = [];
    const look = (node: { type: string; children?: { type: string }[]; value?: string }): void => {
      assert.ok(!['link', 'image', 'html', 'definition', 'linkReference'].includes(node.type), node.type);
      if (node.type === 'heading') headings.push(JSON.stringify(node));
      node.children?.forEach(look);
    };
    look(fromMarkdown(report));
    assert.ok(headings.length > 4);
    assert.equal(headings.filter((one) => /"value":"ACCEPTED/.test(one)).length, 0);
  });

  it('is text in an exported page and in a notification', () => {
    const page = exportRun(events, 'html');
    assert.doesNotMatch(page, /<(script|img)/);
    for (const line of page.split('\n')) isPlain(line, line.slice(0, 200));
    assert.doesNotMatch(notice(hostile), /\]\(/);
  });
});
