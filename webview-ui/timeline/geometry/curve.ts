import type { CurvePoint } from '../../../src/shared/runState';
import { toX, type Scale } from './timeScale';

export interface Point {
  x: number;
  y: number;
}

/**
 * A running total as steps: `y` counts up from 0 to `height` at `max`. At most two points a pixel;
 * begins at the left edge of the window and ends at `now` (or the right edge).
 */
export function stepCurve(
  points: readonly CurvePoint[],
  scale: Scale,
  origin: number,
  now: number,
  height: number,
  max: number,
): Point[] {
  const { left, width } = scale;
  const end = Math.min(left + width, toX(scale, now - origin));
  const line: Point[] = [];
  let y = 0;
  let column = left;
  const step = (x: number, next: number) => {
    line.push({ x, y }, { x, y: next });
    y = next;
  };
  line.push({ x: left, y: 0 });
  for (const { at, value } of points) {
    const x = Math.round(toX(scale, at - origin));
    if (x > end) break;
    const next = max > 0 ? (Math.min(value, max) / max) * height : 0;
    if (x <= column) {
      y = next;
      const lastPoint = line.at(-1);
      if (lastPoint) lastPoint.y = next;
    } else {
      step(x, next);
      column = x;
    }
  }
  if (end > left) line.push({ x: end, y });
  return line;
}
