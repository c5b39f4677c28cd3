import assert from 'node:assert/strict';
import { reduce } from '../../../src/shared/reduce';
import { lanesOf } from '../../../src/shared/lanes';
import type { Bar } from '../../../src/shared/runState';
import { areasOf, rowAt, rowsOf, rowTop, scrollTo } from '../../../webview-ui/timeline/geometry/areas';
import { stepCurve } from '../../../webview-ui/timeline/geometry/curve';
import { barAt, barsBetween, groupByLane, nearestBar } from '../../../webview-ui/timeline/geometry/laneBars';
import { fewPieces, flawsOf, piecesOf } from '../../../webview-ui/timeline/geometry/pieces';
import { planLayout } from '../../../webview-ui/timeline/geometry/planLayout';
import {
  bringIntoView,
  follow,
  panBy,
  ticks,
  toTime,
  toX,
  zoomAt,
} from '../../../webview-ui/timeline/geometry/timeScale';
import { bigRun } from '../../webview/sampleRun';

const scale = (from: number, to: number, width = 1000) => ({ window: { from, to }, left: 100, width });
const all = () => true;

function bar(start: number, end: number | null, more: Partial<Bar> = {}): Bar {
  return {
    span: `${String(start)}`,
    parent: null,
    lane: 'commands',
    kind: 'command',
    label: '',
    name: '',
    start,
    end,
    ok: true,
    seq: start,
    agent: null,
    task: null,
    turn: null,
    usd: 0,
    thoughtMs: 0,
    ...more,
  };
}
const lane = (...bars: Bar[]) => groupByLane([{ id: 'commands', kind: 'commands', label: '' }], bars)[0]!;

describe('time scale', () => {
  it('turns times into places and back', () => {
    const s = scale(1000, 3000);
    assert.equal(toX(s, 2000), 600);
    assert.equal(toTime(s, 600), 2000);
  });

  it('zooms around a moment, which keeps its place', () => {
    const before = { from: 0, to: 8000 };
    const after = zoomAt(before, 0.5, 2000, 8000);
    assert.deepEqual(after, { from: 1000, to: 5000 });
  });

  it('never shows more than the run, nor less than can be told apart', () => {
    assert.deepEqual(zoomAt({ from: 1000, to: 5000 }, 100, 2000, 8000), { from: 0, to: 8000 });
    const near = zoomAt({ from: 1000, to: 1060 }, 0.001, 1030, 8000);
    assert.equal(near.to - near.from, 50);
  });

  it('pans and follows within the run', () => {
    assert.deepEqual(panBy({ from: 0, to: 100 }, -50, 1000), { from: 0, to: 100 });
    assert.deepEqual(panBy({ from: 0, to: 100 }, 5000, 1000), { from: 900, to: 1000 });
    assert.deepEqual(follow({ from: 0, to: 100 }, 1000), { from: 900, to: 1000 });
  });

  it('moves only for what is not in view', () => {
    const window = { from: 0, to: 100 };
    assert.equal(bringIntoView(window, 10, 20, 1000), window);
    assert.deepEqual(bringIntoView(window, 500, 520, 1000), { from: 460, to: 560 });
  });

  it('labels round moments far enough apart', () => {
    assert.deepEqual(
      ticks(scale(0, 250_000)).map(({ label }) => label),
      ['0:00', '0:30', '1:00', '1:30', '2:00', '2:30', '3:00', '3:30', '4:00'],
    );
    assert.deepEqual(
      ticks(scale(1000, 1900, 300)).map(({ label }) => label),
      ['0:01.0', '0:01.5'],
    );
    assert.equal(ticks(scale(0, 8 * 3_600_000)).at(-1)?.label, '8:00:00');
  });
});

describe('rows', () => {
  it('share the height while they stay between low and tall, and scroll when they cannot', () => {
    const areas = areasOf(1000, 600);
    assert.equal(rowsOf(3, areas).rowHeight, 44);
    assert.equal(rowsOf(3, areas).maxScroll, 0);
    const many = rowsOf(100, areas);
    assert.equal(many.rowHeight, 26);
    assert.equal(many.maxScroll, 2600 - areas.rowsHeight);
  });

  it('are found by their place, and nothing outside them', () => {
    const areas = areasOf(1000, 600);
    const rows = rowsOf(100, areas);
    assert.equal(rowAt(rows, areas, rowTop(rows, areas, 7, 50) + 1, 50), 7);
    assert.equal(rowAt(rows, areas, 3, 0), -1);
    assert.equal(rowAt(rows, areas, areas.overviewTop + 5, 0), -1);
  });

  it('scroll as little as needed', () => {
    const areas = areasOf(1000, 600);
    const rows = rowsOf(100, areas);
    assert.equal(scrollTo(rows, areas, 3, 0), 0);
    assert.equal(scrollTo(rows, areas, 50, 0), 51 * 26 - areas.rowsHeight);
    assert.equal(scrollTo(rows, areas, 2, 500), 52);
  });
});

describe('bars of a lane', () => {
  it('are found when they began before the window, however long ago', () => {
    const group = lane(bar(0, 900), bar(10, 20), bar(950, 960), bar(2000, null));
    assert.deepEqual(
      barsBetween(group, 800, 1000).map(({ start }) => start),
      [0, 10, 950],
    );
    assert.ok(barsBetween(group, 9000, 9100).some(({ start }) => start === 2000));
  });

  it('are hit by a pointer near them; the one drawn last wins', () => {
    const group = lane(bar(0, 100), bar(50, 50), bar(300, 400));
    assert.equal(barAt(group, 50, 4, 500)?.end, 50);
    assert.equal(barAt(group, 80, 4, 500)?.end, 100);
    assert.equal(barAt(group, 298, 4, 500)?.start, 300);
    assert.equal(barAt(group, 200, 4, 500), null);
  });

  it('are near a moment from another lane', () => {
    const group = lane(bar(0, 10), bar(100, 110));
    assert.equal(nearestBar(group, 90)?.start, 100);
    assert.equal(nearestBar(group, 9)?.start, 0);
    assert.equal(nearestBar(lane(), 9), null);
  });
});

describe('pieces', () => {
  it('show thinking before the answer', () => {
    const chat = bar(0, 100, { kind: 'chat', thoughtMs: 40 });
    assert.deepEqual(
      piecesOf([chat], scale(0, 100), 0, 0, all).map(({ hue, x, width }) => [hue, x, width]),
      [
        ['thinking', 100, 400],
        ['chat', 500, 600],
      ],
    );
  });

  it('end open bars now and cut bars at the edges of the plot', () => {
    const pieces = piecesOf([bar(-50, 20), bar(80, null)], scale(0, 100), 0, 500, all);
    assert.deepEqual(
      pieces.map(({ x, width }) => [x, width]),
      [
        [100, 200],
        [900, 200],
      ],
    );
  });

  it('are one where they are too small to tell apart, but never across kinds or filters', () => {
    const bars = Array.from({ length: 1000 }, (_, index) => bar(index, index + 1));
    assert.equal(piecesOf(bars, scale(0, 100_000), 0, 0, all).length, 1);
    const mixed = bars.map((one, index) => (index % 2 ? one : { ...one, kind: 'tool' as const }));
    assert.equal(piecesOf(mixed, scale(0, 100_000), 0, 0, all).length, 2);
    assert.equal(piecesOf(bars, scale(0, 100_000), 0, 0, ({ start }) => start % 2 === 0).length, 2);
  });

  it('of a hundred thousand events stay few', () => {
    const run = reduce(bigRun(100_000).events);
    const groups = groupByLane(lanesOf(run), run.bars);
    const origin = run.header?.createdAt ?? 0;
    const whole = scale(0, run.lastAt - origin, 4000);
    const lanes = fewPieces(
      (gap) => groups.map(({ bars }) => piecesOf(bars, whole, origin, run.lastAt, all, gap)),
      5000,
    );
    const count = lanes.reduce((sum, pieces) => sum + pieces.length, 0);
    assert.ok(count > 0 && count <= 5000, String(count));
  });

  it('get coarser until there are few enough', () => {
    const piece = { hue: 'chat', x: 0, width: 1, dim: false } as const;
    const make = (gap: number) => [Array.from({ length: 1000 / gap }, () => piece)];
    assert.equal(fewPieces(make, 1000)[0]?.length, 1000);
    assert.equal(fewPieces(make, 300)[0]?.length, 250);
  });

  it('mark failures at their end, not more than one every few pixels', () => {
    const failed = (at: number) => bar(at, at + 1, { ok: false });
    const flaws = flawsOf([failed(10), failed(11), failed(50), bar(60, 70)], scale(0, 1000), 0, all);
    assert.deepEqual(
      flaws.map(({ x }) => Math.round(x)),
      [111, 151],
    );
  });
});

describe('curves', () => {
  it('step up at each point and go on until now', () => {
    const points = [
      { at: 20, value: 1 },
      { at: 50, value: 4 },
    ];
    const curve = stepCurve(points, scale(0, 100), 0, 80, 16, 4);
    assert.deepEqual(
      curve.map(({ x, y }) => [x, y]),
      [
        [100, 0],
        [300, 0],
        [300, 4],
        [600, 4],
        [600, 16],
        [900, 16],
      ],
    );
  });

  it('begin at what was reached before the window', () => {
    const curve = stepCurve([{ at: 1, value: 2 }], scale(50, 100), 0, 100, 10, 4);
    assert.deepEqual(
      curve.map(({ y }) => y),
      [5, 5],
    );
  });

  it('have at most two points a pixel', () => {
    const points = Array.from({ length: 50_000 }, (_, at) => ({ at, value: at }));
    assert.ok(stepCurve(points, scale(0, 50_000, 300), 0, 50_000, 10, 50_000).length <= 602);
  });
});

describe('plan layout', () => {
  const tasks = [
    { id: 'T1', dependsOn: [] },
    { id: 'T2', dependsOn: ['T1'] },
    { id: 'T3', dependsOn: ['T1', 'nowhere'] },
  ];

  it('puts tasks below those they depend on', () => {
    const { nodes, edges } = planLayout(tasks, 250);
    const y = (id: string) => nodes.find((node) => node.id === id)?.y ?? NaN;
    assert.ok(y('T1') < y('T2'));
    assert.equal(y('T2'), y('T3'));
    assert.equal(edges.length, 2);
  });

  it('makes nodes narrower until they fit, and no narrower than readable', () => {
    const wide = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ id: `T${String(n)}`, dependsOn: [] }));
    assert.equal(planLayout(tasks, 250).nodeWidth, 104);
    assert.ok(planLayout(wide(3), 250).width <= 250);
    assert.equal(planLayout(wide(20), 250).nodeWidth, 54);
  });

  it('is empty without tasks', () => {
    assert.deepEqual(planLayout([], 250).nodes, []);
  });
});
