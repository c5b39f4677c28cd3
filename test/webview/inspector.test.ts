import assert from 'node:assert/strict';
import { reduce } from '../../src/shared/reduce';
import type { Bar } from '../../src/shared/runState';
import { describeSpan, type SpanDetail } from '../../src/shared/spanDetail';
import { violations } from './axe';
import { Pages, type View } from './pages';
import { sampleRun } from './sampleRun';

const { events } = sampleRun('accepted');
const run = reduce(events);

async function detailOf(wanted: (bar: Bar) => boolean): Promise<SpanDetail> {
  const bar = run.bars.find(wanted);
  const detail = await describeSpan(run, events, bar?.span ?? '', ({ text }) => Promise.resolve(text));
  assert.ok(detail);
  return detail;
}

describe('the inspector page', function () {
  this.timeout(60_000);
  let pages: Pages;
  let view: View;
  let turn: SpanDetail;
  const show = async (detail: SpanDetail, options: Parameters<Pages['show']>[1] = {}) => {
    view = await pages.show('inspector', { width: 344, ...options });
    await view.send({ type: 'show', run: '7f3a', detail });
  };

  before(async () => {
    pages = await Pages.open();
    turn = await detailOf(({ kind, agent, turn }) => kind === 'chat' && agent === 'debugger.1' && turn === 4);
  });
  after(() => pages.close());
  afterEach(async () => {
    assert.deepEqual(view.problems, []);
    await view.close();
  });

  it('says what to do when nothing is selected', async () => {
    view = await pages.show('inspector');
    await view.send({ type: 'empty' });
    assert.match(await view.page.locator('main').innerText(), /Nothing selected/i);
    assert.deepEqual(await violations(view), []);
  });

  it('shows a turn: facts, thinking, answer, change, output', async () => {
    await show(turn);
    assert.equal(await view.page.getByRole('heading', { level: 1 }).textContent(), 'Turn 4 · Debugger 1');
    assert.match(await view.page.locator('.chips').innerText(), /\$0\.020\s+cache 90 %/);
    assert.match(await view.page.locator('blockquote').innerText(), /^The breaking-change footer/);
    assert.equal(await view.page.locator('.del').textContent(), '- const last = paragraphs.at(-1)\n');
    assert.equal(
      await view.page.locator('.add').textContent(),
      '+ const footers = paragraphs.flatMap(readFooter)\n',
    );
    assert.match(await view.page.locator('main').innerText(), /bash\s+npm test · exit 1/);
  });

  it('leads to every cause and consequence', async () => {
    await show(turn);
    const links = view.page.getByRole('listitem').getByRole('button');
    assert.equal(await links.count(), turn.chain.length);
    assert.equal(
      await view.page.locator('[aria-current=true]').innerText(),
      'turn 4: edit src/parse.js, bash npm test',
    );
    await links.first().focus();
    await view.page.keyboard.press('Enter');
    assert.equal((await view.waitForPosted('select'))['span'], turn.chain[0]?.span);
  });

  it('opens the whole of what it had to cut', async () => {
    const long: SpanDetail = { ...turn, blocks: [{ kind: 'output', text: 'beginning', cut: 30_000 }] };
    await show(long);
    await view.page.getByRole('button', { name: 'Open all (30,000 more characters)' }).click();
    assert.deepEqual(await view.waitForPosted('open'), { type: 'open', span: turn.span, what: 'output' });
  });

  it('shows hostile strings as text', async () => {
    const evil =
      '<a href="command:x">\u001b]8;;http://evil\u0007[x](javascript:1) <script>globalThis.hit=1</script>\u2066';
    await show({
      ...turn,
      title: evil,
      chips: [evil],
      blocks: [
        { kind: 'text', text: evil, cut: 0 },
        { kind: 'thinking', text: evil, cut: 0 },
        { kind: 'output', text: evil, cut: 0 },
        { kind: 'heading', name: evil, text: evil },
        { kind: 'diff', lines: [{ sign: '+', text: evil }], cut: 0 },
        { kind: 'facts', rows: [[evil, evil]] },
      ],
      chain: turn.chain.map((link) => ({ ...link, label: evil })),
    });
    const shown = (await view.page.locator('main').textContent()) ?? '';
    assert.equal(shown.split('<a href="command:x">␛]8;;http://evil␇').length - 1, 10 + turn.chain.length);
    assert.ok(!/[\u001b\u0007\u2066]/.test(shown));
    assert.equal(await view.page.locator('main a, main script').count(), 0);
    assert.equal(await view.page.evaluate('globalThis.hit'), undefined);
  });

  for (const theme of ['dark', 'light', 'contrast'] as const) {
    for (const width of [344, 1400]) {
      it(`has no accessibility violations (${theme}, ${String(width)} pixels)`, async () => {
        await show(turn, { theme, width });
        assert.deepEqual(await violations(view), []);
        const verdict = await detailOf(({ kind }) => kind === 'verdict');
        await view.send({ type: 'show', run: '7f3a', detail: verdict });
        assert.deepEqual(await violations(view), []);
      });
    }
  }
});
