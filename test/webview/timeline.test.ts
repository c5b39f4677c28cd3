import assert from 'node:assert/strict';
import type { AnyEvent } from '../../src/shared/events';
import { trimEvent } from '../../src/shared/eventView';
import { reduce } from '../../src/shared/reduce';
import { violations } from './axe';
import { Pages, paintTheme, type View } from './pages';
import { bigRun, sampleRun } from './sampleRun';
import { themes } from './themes';

const running = sampleRun().events;
const accepted = sampleRun('accepted').events;

const snapshot = (events: AnyEvent[], more: object = {}) => ({
  type: 'snapshot',
  run: '7f3a',
  live: false,
  events: events.map(trimEvent),
  lastSeq: events.length - 1,
  ...more,
});

describe('the timeline page', function () {
  this.timeout(60_000);
  let pages: Pages;
  let view: View;
  const text = (selector: string) => view.page.locator(selector).innerText();
  const grid = () => view.page.getByRole('grid');
  const active = () => grid().evaluate(activeText);
  const show = async (events: AnyEvent[], options: Parameters<Pages['show']>[1] = {}, more: object = {}) => {
    view = await pages.show('timeline', options);
    await view.send(snapshot(events, more));
  };

  before(async () => {
    pages = await Pages.open();
  });
  after(() => pages.close());
  afterEach(async () => {
    assert.deepEqual(view.problems, []);
    await view.close();
  });

  it('is a script of at most 200 KB and the inspector of at most 100 KB', async () => {
    view = await pages.show('timeline');
    assert.ok((await pages.size('timeline')) <= 200_000);
    assert.ok((await pages.size('inspector')) <= 100_000);
  });

  it('says what it is waiting for, and that there is no run', async () => {
    view = await pages.show('timeline');
    assert.match(await text('main'), /Loading the run/);
    await view.send({ type: 'empty' });
    assert.match(await text('main'), /No run yet/);
    assert.deepEqual(await violations(view), []);
  });

  it('shows the run, its stages, plan and requirements', async () => {
    await show(running, {}, { live: true });
    assert.match(await text('header'), /changelog\.spec\.md/);
    assert.match(await text('header'), /\$1\.06[\s\S]*of \$10/);
    assert.match(await text('.stages'), /Build\s+2 m 47 s/);
    assert.match(await text('.stages .running'), /Verify\s+round 2/);
    assert.equal(await view.page.getByRole('button', { name: 'T4 footers: done' }).count(), 1);
    const row = view.page.getByRole('row', { name: /R9 ill-formed lines reported/ });
    assert.deepEqual(await row.getByRole('cell').allInnerTexts(), ['R9', 'open', 'open', 'open']);
    assert.equal(
      await view.page.getByRole('row', { name: /^T1 implementer: \d+ steps, 1 failed/ }).count(),
      1,
    );
    assert.match(await text('[role=status]'), /Stage verify, running/);
  });

  it('draws the lanes, and draws again in other colours when the theme changes', async () => {
    await show(running);
    const colour = () => view.page.locator('canvas').evaluate(colourOfBars);
    const dark = await colour();
    assert.ok(dark.painted > 500, JSON.stringify(dark));
    await view.page.evaluate(paintTheme, themes.light);
    await view.page.waitForTimeout(100);
    const light = await colour();
    assert.ok(light.painted > 500);
    assert.notEqual(dark.first, light.first);
  });

  for (const theme of ['dark', 'light', 'contrast'] as const) {
    for (const width of [1400, 700]) {
      it(`has no accessibility violations (${theme}, ${String(width)} pixels)`, async () => {
        await show(running, { theme, width }, { live: true });
        assert.deepEqual(await violations(view), []);
        await view.send(snapshot(accepted));
        assert.deepEqual(await violations(view), []);
      });
    }
  }

  it('shows the outcome with its reason, and asks the host for what a person chooses', async () => {
    await show(accepted);
    assert.match(
      await text('.notice'),
      /Accepted\. Every requirement is done and all 12 hidden scenarios passed\./,
    );
    for (const [button, name] of [
      ['Open Report', 'openReport'],
      ['Review Changes', 'reviewChanges'],
      ['Merge Result', 'mergeResult'],
    ] as const) {
      await view.page.getByRole('button', { name: button }).click();
      const { id, ...message } = await view
        .waitForPosted('command')
        .then(async () => (await view.posted()).at(-1) ?? {});
      assert.deepEqual(message, { type: 'command', name, run: '7f3a' });
      assert.equal(typeof id, 'number');
    }
    await view.page.getByRole('button', { name: 'Show Why' }).click();
    const { span } = await view.waitForPosted('select');
    const bar = reduce(accepted).bars.find((one) => one.span === span);
    assert.equal(bar?.kind, 'verdict');
  });

  it('says when the host could not do what was asked', async () => {
    await show(running, {}, { live: true });
    await view.page.getByRole('button', { name: 'Cancel' }).click();
    const { id } = await view.waitForPosted('command');
    await view.send({ type: 'answer', inReplyTo: id, error: 'The run has ended already.' });
    assert.equal(await text('.problem'), 'The run has ended already.');
  });

  it('offers to approve a gate, and to resume what was interrupted', async () => {
    const next = (type: string, data: object) =>
      ({ ...running.at(-1), seq: running.length, type, data }) as unknown as AnyEvent;
    const gate = next('gate.waiting', { gate: 'delivery', reason: 'The policy asks for it.' });
    await show([...running, gate], {}, { live: true });
    assert.match(await text('.notice'), /The delivery waits for approval\. The policy asks for it\./);
    await view.page.getByRole('button', { name: 'Approve' }).click();
    assert.equal((await view.waitForPosted('command'))['name'], 'approve');
    await view.send(snapshot(running));
    assert.match(await text('.notice'), /This run was interrupted/);
    assert.equal(await view.page.getByRole('button', { name: 'Resume' }).count(), 1);
  });

  it('takes what happens live, and asks again once when something is missing', async () => {
    await show(running.slice(0, 40), {}, { live: true });
    const delta = (from: number, to: number) => ({
      type: 'events',
      run: '7f3a',
      firstSeq: from,
      events: running.slice(from, to).map(trimEvent),
    });
    await view.send(delta(40, 300));
    const steps = reduce(running.slice(0, 300)).bars.filter(
      ({ lane, kind }) => lane === 'agent:T2.implementer' && kind !== 'agent',
    );
    assert.equal(
      await view.page.getByRole('row', { name: `T2 implementer: ${String(steps.length)} steps` }).count(),
      1,
    );
    await view.send({ ...delta(320, 330), run: 'other' });
    assert.equal((await view.posted()).filter(({ type }) => type === 'refresh').length, 0);
    await view.send(delta(320, 330));
    await view.send(delta(330, 340));
    const asked = (await view.posted()).filter(({ type }) => type === 'refresh');
    assert.equal(asked.length, 1);
    await view.send(snapshot(running, { live: true, inReplyTo: asked[0]?.['id'] }));
    assert.match(await text('.stages .running'), /round 2/);
  });

  it('is driven by keys alone, and tells where one is', async () => {
    await show(accepted);
    await grid().focus();
    await view.page.keyboard.press('ArrowRight');
    assert.match(await active(), /^turn 1 · 6 s · \$0\.020/);
    await view.page.keyboard.press('End');
    assert.match(await active(), /^turn 3/);
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Home');
    await view.page.keyboard.press('ArrowRight');
    assert.match(await active(), /^edit src\/parse\.js/);
    await view.page.keyboard.press('Enter');
    const { span } = await view.waitForPosted('select');
    assert.equal(reduce(accepted).bars.find((bar) => bar.span === span)?.agent, 'T1.implementer');
    assert.equal(await view.page.locator('[role=gridcell][aria-selected=true]').count(), 1);
    await view.page.keyboard.press('+');
    const { window } = (await view.keptState())['view'] as { window: { from: number; to: number } };
    assert.ok(window.to - window.from < 200_000);
    await view.page.keyboard.press('0');
    assert.equal(((await view.keptState())['view'] as { window: unknown }).window, null);
  });

  it('is driven by the pointer: point for words, click to select, wheel to zoom', async () => {
    await show(accepted);
    const box = await view.page.locator('canvas').boundingBox();
    assert.ok(box);
    await view.page.mouse.move(box.x + 150, box.y + 48);
    assert.match(await text('.tip'), /turn \d/);
    await view.page.mouse.click(box.x + 150, box.y + 48);
    assert.ok(await view.waitForPosted('select'));
    await view.page.keyboard.down('Control');
    await view.page.mouse.wheel(0, -300);
    await view.page.keyboard.up('Control');
    await view.page.waitForFunction('globalThis.kept.view.window !== null');
  });

  it('comes back to where a person was, with the state VS Code kept', async () => {
    await show(accepted);
    await view.page.getByRole('button', { name: 'T4 footers: done' }).click();
    await grid().focus();
    await view.page.keyboard.press('ArrowRight');
    await view.page.keyboard.press('Enter');
    await view.page.keyboard.press('+');
    const kept = await view.keptState();
    await view.close();
    await show(accepted, { state: kept });
    assert.equal(await view.page.getByRole('textbox').inputValue(), 'task:T4');
    assert.equal(
      await view.page.getByRole('button', { name: 'T4 footers: done' }).getAttribute('aria-pressed'),
      'true',
    );
    assert.equal(await view.page.locator('[role=gridcell][aria-selected=true]').count(), 1);
    assert.deepEqual((await view.keptState())['view'], kept['view']);
  });

  it('filters as one types and says what it cannot read', async () => {
    await show(accepted);
    await view.page.getByRole('textbox').fill('role:debugger');
    assert.equal(await view.page.locator('.problem').count(), 0);
    await view.page.getByRole('textbox').fill('rolle:debugger');
    assert.match(await text('.problem'), /Nothing is known as “rolle:debugger”/);
  });

  it('brings a span into view when the host says so', async () => {
    await show(accepted);
    const bar = reduce(accepted).bars.findLast(({ kind }) => kind === 'command');
    await view.send({ type: 'reveal', span: bar?.span });
    assert.match(await text('[role=gridcell][aria-selected=true]'), /^test: npm run test/);
  });

  it('shows hostile strings as text', async () => {
    const evil = '<img src=x onerror="globalThis.hit=1">\u202e\u001b[2J';
    const events = structuredClone(accepted);
    for (const event of events) {
      if (event.type === 'run.created') event.data.requirements[0]!.title = evil;
      if (event.type === 'plan.made') event.data.plan.tasks[0]!.title = evil;
      if (event.type === 'tool.started') event.data.summary = evil;
      if (event.type === 'stage.finished') event.data.note = evil;
      if (event.type === 'run.finished') event.data.reason = evil;
    }
    await show(events);
    assert.match(await text('.notice'), /<img src=x onerror="globalThis\.hit=1">⟨U\+202E⟩␛\[2J/);
    assert.match(await text('.requirements'), /<img src=x/);
    assert.equal(await view.page.locator('img').count(), 0);
    assert.equal(await view.page.evaluate('globalThis.hit'), undefined);
  });

  it('shows a run of ten thousand events with a small document and few rectangles', async () => {
    await show(bigRun(10_000).events);
    const pieces = Number(await view.page.locator('canvas').getAttribute('data-pieces'));
    assert.ok(pieces > 0 && pieces <= 10_000, String(pieces));
    await grid().focus();
    await view.page.keyboard.press('End');
    assert.match(await active(), /^(bash|edit|turn)/);
    assert.ok((await view.page.locator('df-lanes *').count()) < 400);
  });
});

interface Element {
  getAttribute(name: string): string | null;
  getRootNode(): unknown;
}

/** Runs in the page: what a screen reader hears of the active cell. */
function activeText(node: unknown): string {
  const grid = node as Element;
  const root = grid.getRootNode() as { getElementById(id: string): { textContent: string } | null };
  return root.getElementById(grid.getAttribute('aria-activedescendant') ?? '')?.textContent.trim() ?? '';
}

/** Runs in the page: how many pixels of the first lane are painted, and the colour of the first. */
function colourOfBars(node: unknown): { painted: number; first: string } {
  interface Canvas {
    getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8ClampedArray } };
  }
  const { data } = (node as Canvas).getContext('2d').getImageData(130, 40, 300, 20);
  let painted = 0;
  let first = '';
  for (let index = 0; index < data.length; index += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(index, index + 4);
    if (alpha < 100 || Math.max(red, green, blue) - Math.min(red, green, blue) < 40) continue;
    painted++;
    first ||= [red, green, blue].join(' ');
  }
  return { painted, first };
}
