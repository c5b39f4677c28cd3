import type { Bar, Marker } from '../../src/shared/runState';
import { rowTop, type Areas, type Rows } from './geometry/areas';
import { stepCurve } from './geometry/curve';
import { barsBetween } from './geometry/laneBars';
import { fewPieces, flawsOf, piecesOf, type Hue, type Piece } from './geometry/pieces';
import { ticks, toTime, toX, type Scale } from './geometry/timeScale';
import type { Palette } from './palette';
import type { LaneModel } from './scene';

/** Everything one picture depends on. */
export interface Picture {
  model: LaneModel;
  areas: Areas;
  rows: Rows;
  scale: Scale;
  /** The whole run over the same width. */
  overview: Scale;
  scroll: number;
  now: number;
  matches: (bar: Bar) => boolean;
  selected: Bar | null;
  active: Bar | null;
  palette: Palette;
}

/** Most rectangles one frame may draw. */
const mostPieces = 10_000;

const heights: Record<Hue, number> = {
  thinking: 15,
  chat: 15,
  tool: 9,
  command: 12,
  twin: 12,
  validate: 5,
  judged: 14,
  pass: 14,
  fail: 14,
};

/** Draws the picture; returns the number of rectangles. */
export function paint(ctx: CanvasRenderingContext2D, picture: Picture): number {
  const { areas, palette } = picture;
  ctx.clearRect(0, 0, areas.width, areas.height);
  ctx.font = `11.5px ${palette.font}`;
  ctx.textBaseline = 'middle';
  paintGrid(ctx, picture);
  clipped(ctx, 0, areas.rowsTop, areas.width, areas.rowsHeight, () => paintNames(ctx, picture));
  let drawn = 0;
  paintMarkers(ctx, picture);
  clipped(ctx, areas.left, areas.rowsTop, areas.plotWidth + 12, areas.rowsHeight, () => {
    drawn = paintLanes(ctx, picture);
    paintFocus(ctx, picture);
  });
  paintCurves(ctx, picture);
  return drawn + paintOverview(ctx, picture);
}

function clipped(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  draw: () => void,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  draw();
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

function paintGrid(ctx: CanvasRenderingContext2D, { areas, scale, palette }: Picture): void {
  ctx.strokeStyle = palette.line;
  ctx.fillStyle = palette.dim;
  ctx.lineWidth = 1;
  for (const { time, label } of ticks(scale)) {
    const x = Math.round(toX(scale, time)) + 0.5;
    ctx.globalAlpha = palette.border ? 0.3 : 1;
    line(ctx, x, areas.rowsTop - 2, x, areas.curvesTop);
    ctx.globalAlpha = 1;
    if (x + ctx.measureText(label).width < areas.width) ctx.fillText(label, x + 4, 13);
  }
}

function paintNames(ctx: CanvasRenderingContext2D, { model, areas, rows, scroll, palette }: Picture): void {
  for (const [index, { lane, bars }] of model.groups.entries()) {
    const top = rowTop(rows, areas, index, scroll);
    if (top > areas.rowsTop + areas.rowsHeight || top + rows.rowHeight < areas.rowsTop) continue;
    ctx.fillStyle = palette.text;
    ctx.fillText(fit(ctx, lane.label, areas.left - 18), 12, top + rows.rowHeight / 2);
    ctx.strokeStyle = palette.line;
    ctx.globalAlpha = palette.border ? 0.5 : 1;
    const bottom = Math.round(top + rows.rowHeight) + 0.5;
    line(ctx, 0, bottom, areas.width, bottom);
    ctx.globalAlpha = 1;
    if (lane.kind === 'holdouts' && bars.length === 0) {
      ctx.fillStyle = palette.dim;
      const words = 'sealed; judged from outside when the candidate is ready';
      ctx.fillText(fit(ctx, words, areas.plotWidth - 24), areas.left + 22, top + rows.rowHeight / 2);
    }
  }
}

/** The text, or as much of its beginning as fits. */
function fit(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let end = Math.min(text.length, 60);
  while (end > 1 && ctx.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}

function paintMarkers(ctx: CanvasRenderingContext2D, { model, areas, scale, palette }: Picture): void {
  let lastX = -Infinity;
  const lines: { marker: Marker; x: number }[] = [];
  for (const marker of model.markers) {
    const x = Math.round(toX(scale, marker.at - model.origin)) + 0.5;
    if (x < scale.left || x > scale.left + scale.width || x - lastX < 3) continue;
    lastX = x;
    lines.push({ marker, x });
  }
  // Where words would overlap, merges give way to what a person has to know.
  lines.sort((a, b) => Number(a.marker.kind === 'merged') - Number(b.marker.kind === 'merged'));
  const taken: { from: number; to: number }[] = [];
  for (const { marker, x } of lines) {
    const { kind, label } = marker;
    ctx.strokeStyle = palette.markers[kind];
    ctx.globalAlpha = kind === 'merged' ? 0.6 : 1;
    ctx.setLineDash([3, 3]);
    line(ctx, x, areas.rowsTop, x, areas.curvesTop);
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    const width = ctx.measureText(label).width;
    const start = width > areas.width - x - 8 ? x - width - 5 : x + 5;
    if (taken.some(({ from, to }) => start < to && start + width > from)) continue;
    taken.push({ from: start - 8, to: start + width + 8 });
    ctx.fillStyle = kind === 'failed' ? palette.bad : palette.dim;
    ctx.fillText(label, start, areas.labelsTop + 9);
  }
}

function paintLanes(ctx: CanvasRenderingContext2D, picture: Picture): number {
  const { model, areas, rows, scale, scroll, now, matches, palette } = picture;
  const from = model.origin + scale.window.from;
  const to = model.origin + scale.window.to;
  const visible = model.groups.map((group) => barsBetween(group, from, to));
  const lanes = fewPieces(
    (gap) => visible.map((bars) => piecesOf(bars, scale, model.origin, now, matches, gap)),
    mostPieces / 2,
  );
  for (const [index, group] of model.groups.entries()) {
    const middle = rowTop(rows, areas, index, scroll) + rows.rowHeight / 2;
    ctx.fillStyle = palette.line;
    for (const { start, end } of group.tracks) {
      const x = toX(scale, start - model.origin);
      ctx.fillRect(x, middle - 0.5, Math.max(1, toX(scale, (end ?? now) - model.origin) - x), 1);
    }
    for (const piece of lanes[index] ?? []) paintPiece(ctx, piece, middle, palette);
    ctx.fillStyle = palette.bad;
    for (const { x, dim } of flawsOf(visible[index] ?? [], scale, model.origin, matches)) {
      ctx.globalAlpha = dim ? 0.25 : 1;
      ctx.beginPath();
      ctx.arc(x, middle, 3.4, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
    paintLaneMarkers(ctx, picture, group.lane.id, middle + rows.rowHeight / 2 - 5);
  }
  return lanes.reduce((sum, pieces) => sum + pieces.length, 0);
}

function paintPiece(
  ctx: CanvasRenderingContext2D,
  { hue, x, width, dim }: Piece,
  middle: number,
  palette: Palette,
): void {
  const height = heights[hue];
  // A hair of background between neighbours, where there is room for one.
  const shown = width > 3 ? width - 0.8 : width;
  ctx.globalAlpha = dim ? 0.16 : hue === 'thinking' || hue === 'validate' ? 0.55 : 0.92;
  ctx.fillStyle = palette.hues[hue];
  ctx.fillRect(x, middle - height / 2, shown, height);
  if (palette.border && width > 4) {
    ctx.globalAlpha = dim ? 0.3 : 1;
    ctx.strokeStyle = palette.border;
    ctx.strokeRect(x + 0.5, middle - height / 2 + 0.5, shown - 1, height - 1);
  }
  ctx.globalAlpha = 1;
}

/** Small diamonds below the bars: checkpoints and what else happened to one agent. */
function paintLaneMarkers(
  ctx: CanvasRenderingContext2D,
  { model, scale, palette }: Picture,
  lane: string,
  y: number,
): void {
  let lastX = -Infinity;
  for (const { at, kind } of model.laneMarkers.get(lane) ?? []) {
    const x = toX(scale, at - model.origin);
    if (x < scale.left || x > scale.left + scale.width) continue;
    if (kind === 'checkpoint' && x - lastX < 5) continue;
    lastX = x;
    const size = kind === 'checkpoint' ? 1.8 : 3;
    ctx.fillStyle = palette.markers[kind];
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.fill();
  }
}

function paintFocus(ctx: CanvasRenderingContext2D, picture: Picture): void {
  const { model, areas, rows, scale, scroll, now, selected, active, palette } = picture;
  ctx.strokeStyle = palette.accent;
  for (const bar of new Set([selected, active])) {
    const index = bar ? model.groups.findIndex(({ lane }) => lane.id === bar.lane) : -1;
    if (!bar || index < 0) continue;
    const middle = rowTop(rows, areas, index, scroll) + rows.rowHeight / 2;
    const x = toX(scale, bar.start - model.origin);
    const width = Math.max(2, toX(scale, (bar.end ?? now) - model.origin) - x);
    ctx.lineWidth = bar === selected ? 2 : 1;
    ctx.setLineDash(bar === selected ? [] : [2, 2]);
    ctx.strokeRect(x - 2, middle - 11, width + 4, 22);
    ctx.setLineDash([]);
  }
  ctx.lineWidth = 1;
}

function paintCurves(ctx: CanvasRenderingContext2D, { model, areas, scale, now, palette }: Picture): void {
  const { run, origin } = model;
  const money = Math.max(run.spend.usd, 0.01);
  const bits = Math.max(run.spend.bitsTold, 1);
  const rows = [
    {
      name: 'money',
      points: run.moneyCurve,
      max: money,
      colour: palette.hues.chat,
      base: areas.curvesTop + 24,
    },
    {
      name: 'told bits',
      points: run.bitsCurve,
      max: bits,
      colour: palette.hues.thinking,
      base: areas.curvesTop + 48,
    },
  ];
  for (const { name, points, max, colour, base } of rows) {
    ctx.fillStyle = palette.dim;
    ctx.fillText(name, 12, base - 7);
    const curve = stepCurve(points, scale, origin, now, 17, max);
    ctx.beginPath();
    ctx.moveTo(scale.left, base);
    for (const { x, y } of curve) ctx.lineTo(x, base - y);
    ctx.lineTo(curve.at(-1)?.x ?? scale.left, base);
    ctx.globalAlpha = 0.4;
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.globalAlpha = 1;
    if (palette.border) {
      ctx.strokeStyle = colour;
      ctx.stroke();
    }
  }
}

function paintOverview(ctx: CanvasRenderingContext2D, picture: Picture): number {
  const { model, areas, overview, now, matches, palette, scale } = picture;
  ctx.fillStyle = palette.side;
  ctx.fillRect(0, areas.overviewTop, areas.width, areas.overviewHeight);
  const lanes = fewPieces(
    (gap) => model.groups.map(({ bars }) => piecesOf(bars, overview, model.origin, now, matches, gap)),
    mostPieces / 2,
  );
  const each = Math.min(4, (areas.overviewHeight - 8) / Math.max(1, lanes.length));
  const top = areas.overviewTop + (areas.overviewHeight - each * lanes.length) / 2;
  for (const [index, pieces] of lanes.entries()) {
    for (const { hue, x, width, dim } of pieces) {
      ctx.globalAlpha = dim ? 0.15 : 0.6;
      ctx.fillStyle = palette.hues[hue];
      ctx.fillRect(x, top + index * each, width, Math.max(1, each * 0.75));
    }
  }
  ctx.globalAlpha = 1;
  const from = toX(overview, toTime(scale, scale.left));
  const to = toX(overview, toTime(scale, scale.left + scale.width));
  ctx.strokeStyle = palette.accent;
  ctx.strokeRect(from + 0.5, areas.overviewTop + 2.5, Math.max(3, to - from) - 1, areas.overviewHeight - 5);
  return lanes.reduce((sum, pieces) => sum + pieces.length, 0);
}
