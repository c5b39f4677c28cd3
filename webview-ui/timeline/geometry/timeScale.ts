/** What part of a run is in view; milliseconds since it began. */
export interface TimeWindow {
  from: number;
  to: number;
}

/** How times become pixels: `window` fills `width` pixels from `left`. */
export interface Scale {
  window: TimeWindow;
  left: number;
  width: number;
}

export interface Tick {
  time: number;
  label: string;
}

/** Closer than this there is nothing more to see. */
const shortestWindow = 50;

export function toX({ window, left, width }: Scale, time: number): number {
  return left + ((time - window.from) / (window.to - window.from)) * width;
}

export function toTime({ window, left, width }: Scale, x: number): number {
  return window.from + ((x - left) / width) * (window.to - window.from);
}

/** Zooms around `at`, which keeps its place; `factor` < 1 shows less. The window stays within 0…`total`. */
export function zoomAt(window: TimeWindow, factor: number, at: number, total: number): TimeWindow {
  const length = window.to - window.from;
  const wanted = Math.min(total, Math.max(shortestWindow, length * factor));
  const share = (at - window.from) / length;
  return within(at - share * wanted, wanted, total);
}

export function panBy(window: TimeWindow, time: number, total: number): TimeWindow {
  return within(window.from + time, window.to - window.from, total);
}

/** The window moved as little as needed to show `from`…`to`. */
export function bringIntoView(window: TimeWindow, from: number, to: number, total: number): TimeWindow {
  if (from >= window.from && to <= window.to) return window;
  const length = Math.max(window.to - window.from, (to - from) * 1.2);
  return within((from + to) / 2 - length / 2, length, total);
}

/** The same length, ending with the run. */
export function follow(window: TimeWindow, total: number): TimeWindow {
  return within(total - (window.to - window.from), window.to - window.from, total);
}

function within(from: number, length: number, total: number): TimeWindow {
  const start = Math.max(0, Math.min(from, total - length));
  return { from: start, to: start + length };
}

const second = 1000;
const minute = 60 * second;
const steps = [
  5,
  10,
  50,
  100,
  500,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 360].map((n) => n * minute),
];

/** Round moments at least `gap` pixels apart. */
export function ticks({ window, width }: Scale, gap = 72): Tick[] {
  const perTick = ((window.to - window.from) / width) * gap;
  const step =
    steps.find((one) => one >= perTick) ?? Math.ceil(perTick / (24 * 60 * minute)) * 24 * 60 * minute;
  const found: Tick[] = [];
  for (let time = Math.ceil(window.from / step) * step; time <= window.to; time += step) {
    found.push({ time, label: tickLabel(time, step) });
  }
  return found;
}

/** `0:30`, `1:04:00`, and with parts of seconds where ticks are closer than a second. */
function tickLabel(time: number, step: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const whole = Math.floor(time / second);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const digits = step < 100 ? 3 : 1;
  const part =
    step < second
      ? `.${String(time % second)
          .padStart(3, '0')
          .slice(0, digits)}`
      : '';
  const short = `${hours > 0 ? two(minutes) : String(minutes)}:${two(whole % 60)}${part}`;
  return hours > 0 ? `${String(hours)}:${short}` : short;
}
