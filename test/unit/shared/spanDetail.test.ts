import assert from 'node:assert/strict';
import type { AnyEvent, Text } from '../../../src/shared/events';
import { reduce } from '../../../src/shared/reduce';
import type { Bar } from '../../../src/shared/runState';
import { describeSpan } from '../../../src/shared/spanDetail';
import { hexSpan, sampleRun } from '../../webview/sampleRun';
import { created, Journal, tool, turn } from './journal';

const { events } = sampleRun('accepted');
const run = reduce(events);
const read = (value: Text) => Promise.resolve(value.text);

async function detailOf(wanted: (bar: Bar) => boolean) {
  const bar = run.bars.find(wanted);
  assert.ok(bar);
  const detail = await describeSpan(run, events, bar.span, read);
  assert.ok(detail);
  return detail;
}

describe('details of a span', () => {
  it('tell a turn: what was thought, said and called, with its change and its output', async () => {
    const detail = await detailOf(
      ({ kind, agent, turn }) => kind === 'chat' && agent === 'T4.implementer' && turn === 2,
    );
    assert.equal(detail.title, 'Turn 2 · T4 implementer');
    assert.ok(
      detail.chips.includes('$0.020') && detail.chips.includes('cache 90 %') && detail.chips.includes('R4'),
    );
    assert.deepEqual(
      detail.blocks.map((block) => (block.kind === 'heading' ? `${block.name}: ${block.text}` : block.kind)),
      ['thinking', 'text', 'edit: src/parse.js', 'diff', 'bash: npm test · exit 0', 'output', 'output'],
    );
    const diff = detail.blocks.find((block) => block.kind === 'diff');
    assert.deepEqual(
      diff?.lines.map(({ sign }) => sign),
      ['-', '+', ' '],
    );
  });

  it('tell why a debugger was called and what followed', async () => {
    const detail = await detailOf(
      ({ kind, agent, turn }) => kind === 'chat' && agent === 'debugger.1' && turn === 8,
    );
    assert.deepEqual(
      detail.chain.map(({ label, ok, current }) => [label, ok, current]),
      [
        ['test failed', false, false],
        ['turn 7: edit src/parse.js', true, false],
        ['turn 8: edit src/parse.js, bash npm test', true, true],
        ['build passed', true, false],
      ],
    );
  });

  it('tell which requirements a task made done', async () => {
    const detail = await detailOf(({ kind, agent }) => kind === 'chat' && agent === 'T4.implementer');
    assert.equal(detail.chain.at(-1)?.label, 'R4 done: 1 file, 3 checks');
    const done = await describeSpan(run, events, detail.chain.at(-1)?.span ?? '', read);
    assert.equal(done?.title, 'Requirement · R4');
    assert.deepEqual(
      done.chain.map(({ label, current }) => [label, current]),
      [
        ['T4 footers', false],
        ['R4 done: 1 file, 3 checks', true],
      ],
    );
  });

  it('tell a command with its output, a twin call and a verdict without its text', async () => {
    const command = await detailOf(({ kind, ok }) => kind === 'command' && ok === false);
    assert.equal(command.title, 'Command · test');
    assert.deepEqual(command.blocks.at(-1), { kind: 'output', text: '1 failing: footer.test.js', cut: 0 });
    const twin = await detailOf(({ kind, ok }) => kind === 'twin' && ok === false);
    assert.ok(
      twin.blocks.some((block) => block.kind === 'facts' && block.rows.some(([, value]) => value === '429')),
    );
    const verdict = await detailOf(({ kind }) => kind === 'verdict');
    assert.deepEqual(verdict.blocks, [
      {
        kind: 'facts',
        rows: [
          ['Verdict', 'passed'],
          ['Covers', 'R1 R2'],
          ['Text', 'stays in the vault'],
        ],
      },
    ]);
  });

  it('read long texts from where they live and cut what is too long to show', async () => {
    const journal = new Journal().add('run.created', 'run', created);
    journal.add('agent.started', 'a', { agent: 'a', role: 'planner', model: 'm' });
    turn(
      journal,
      'a',
      1,
      10,
      JSON.stringify({ content: [{ type: 'tool_use', id: 'c', name: 'bash', input: {} }] }),
    );
    tool(journal, 'a', 1, 'bash', 10, { id: 'c', input: '{"command":"cat big"}', output: 'beginning' });
    const state = reduce(journal.events);
    const whole = (value: Text) =>
      Promise.resolve(value.text === 'beginning' ? 'y'.repeat(50_000) : value.text);
    const detail = await describeSpan(state, journal.events, 'a/1', whole);
    assert.deepEqual(
      detail?.blocks.flatMap((block) => (block.kind === 'output' ? [[block.text.length, block.cut]] : [])),
      [
        [9, 0],
        [20_000, 30_000],
      ],
    );
  });

  it('show an answer that is not JSON as it is', async () => {
    const journal = new Journal().add('run.created', 'run', created);
    turn(journal, 'a', 1, 10, 'not { json');
    const detail = await describeSpan(reduce(journal.events), journal.events, 'a/1', read);
    assert.deepEqual(detail?.blocks[0], { kind: 'text', text: 'not { json', cut: 0 });
  });

  it('know every span of a run, and none that is not there', async () => {
    for (const span of new Set(events.map((event: AnyEvent) => event.span))) {
      const detail = await describeSpan(run, events, span, read);
      assert.ok(detail && detail.title !== '', span);
    }
    assert.equal(await describeSpan(run, events, hexSpan('nowhere'), read), null);
  });
});
