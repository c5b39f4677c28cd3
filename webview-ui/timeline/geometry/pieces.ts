import type { Bar } from '../../../src/shared/runState';
import { toX, type Scale } from './timeScale';

/** What a rectangle means; its colour and height follow from it. */
export type Hue = 'thinking' | 'chat' | 'tool' | 'command' | 'twin' | 'validate' | 'judged' | 'pass' | 'fail';

/** A rectangle of a lane. Neighbours too small to tell apart are one piece. */
export interface Piece {
  hue: Hue;
  x: number;
  width: number;
  /** Does not match the filter. */
  dim: boolean;
}

/** The end of a step that failed. */
export interface Flaw {
  x: number;
  dim: boolean;
}

const narrowest = 1.5;

/** Rectangles of the bars of a lane, left to right; `origin` is the beginning of the run (epoch). */
export function piecesOf(
  bars: Iterable<Bar>,
  scale: Scale,
  origin: number,
  now: number,
  matches: (bar: Bar) => boolean,
  gap = 1,
): Piece[] {
  const pieces: Piece[] = [];
  const last = new Map<string, Piece>();
  const right = scale.left + scale.width;
  const add = (hue: Hue, from: number, to: number, dim: boolean) => {
    const x = Math.max(scale.left, toX(scale, from));
    const end = Math.min(right, Math.max(toX(scale, to), x + narrowest));
    if (end <= scale.left || x >= right) return;
    const key = dim ? `${hue} dim` : hue;
    const before = last.get(key);
    const small = end - x <= narrowest * 2;
    if (before && small && x - (before.x + before.width) < gap) {
      before.width = Math.max(before.width, end - before.x);
      return;
    }
    const piece = { hue, x, width: end - x, dim };
    last.set(key, piece);
    pieces.push(piece);
  };
  for (const bar of bars) {
    const from = bar.start - origin;
    const to = (bar.end ?? now) - origin;
    const dim = !matches(bar);
    if (bar.kind === 'chat' && bar.thoughtMs > 0) {
      const spoke = Math.min(to, from + bar.thoughtMs);
      add('thinking', from, spoke, dim);
      add('chat', spoke, to, dim);
    } else {
      add(hueOf(bar), from, to, dim);
    }
  }
  return pieces;
}

/** The pieces of all lanes, coarser until there are at most `limit` of them. */
export function fewPieces(make: (gap: number) => Piece[][], limit: number): Piece[][] {
  for (let gap = 1; ; gap *= 2) {
    const lanes = make(gap);
    const count = lanes.reduce((sum, pieces) => sum + pieces.length, 0);
    if (count <= limit || gap > 64) return lanes;
  }
}

/** Where failures are marked, at most one every few pixels. */
export function flawsOf(
  bars: Iterable<Bar>,
  scale: Scale,
  origin: number,
  matches: (bar: Bar) => boolean,
): Flaw[] {
  const flaws: Flaw[] = [];
  for (const bar of bars) {
    if (bar.ok !== false || bar.end === null || bar.kind === 'twin' || bar.kind === 'verdict') continue;
    const x = toX(scale, bar.end - origin);
    if (x < scale.left || x > scale.left + scale.width) continue;
    const before = flaws.at(-1);
    const dim = !matches(bar);
    if (before && x - before.x < 4) before.dim &&= dim;
    else flaws.push({ x, dim });
  }
  return flaws;
}

function hueOf({ kind, ok }: Bar): Hue {
  switch (kind) {
    case 'tool':
    case 'command':
    case 'validate':
      return kind;
    case 'twin':
      return ok === false ? 'fail' : 'twin';
    case 'verdict':
      return ok === null ? 'judged' : ok ? 'pass' : 'fail';
    case 'chat':
    case 'agent':
    case 'task':
    case 'stage':
      return 'chat';
  }
}
