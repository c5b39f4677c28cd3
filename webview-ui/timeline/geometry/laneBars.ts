import type { Lane } from '../../../src/shared/lanes';
import type { Bar } from '../../../src/shared/runState';

/** The bars of one lane in the order they began. */
export interface LaneBars {
  lane: Lane;
  /** Steps: everything that can be selected. */
  bars: Bar[];
  /** The lives of agents, drawn behind their steps. */
  tracks: Bar[];
  /** Steps that have not ended. */
  open: Bar[];
  /** Length of the longest finished step in milliseconds. */
  longest: number;
}

/** Sorts bars into lanes; bars without a lane are left out. */
export function groupByLane(lanes: Lane[], bars: readonly Bar[]): LaneBars[] {
  const groups = lanes.map((lane): LaneBars => ({ lane, bars: [], tracks: [], open: [], longest: 0 }));
  const byId = new Map(groups.map((group) => [group.lane.id, group]));
  for (const bar of bars) {
    const group = byId.get(bar.lane);
    if (!group) continue;
    if (bar.kind === 'agent') {
      group.tracks.push(bar);
      continue;
    }
    group.bars.push(bar);
    if (bar.end === null) group.open.push(bar);
    else group.longest = Math.max(group.longest, bar.end - bar.start);
  }
  return groups;
}

/** Index of the first bar that begins at or after `time`. */
function firstFrom(bars: readonly Bar[], time: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle]?.start ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bars that may be seen between two moments (epoch); a few more at the edges do no harm. */
export function barsBetween({ bars, open, longest }: LaneBars, from: number, to: number): Bar[] {
  const earliest = from - longest;
  const stillOpen = open.filter(({ start }) => start < earliest);
  return [...stillOpen, ...bars.slice(firstFrom(bars, earliest), firstFrom(bars, to))];
}

/** The bar at a moment: the last one drawn there, else the nearest within `slack` milliseconds. */
export function barAt(group: LaneBars, time: number, slack: number, now: number): Bar | null {
  let best: Bar | null = null;
  let bestGap = slack;
  for (const bar of barsBetween(group, time - slack, time + slack)) {
    const gap = Math.max(bar.start - time, time - (bar.end ?? now), 0);
    // A short bar on a long one (a verdict on its validation) is drawn later and is the one meant.
    if (gap <= bestGap) {
      best = bar;
      bestGap = gap;
    }
  }
  return best;
}

/** The bar whose middle is nearest to a moment, for moving between lanes; null in an empty lane. */
export function nearestBar({ bars }: LaneBars, time: number): Bar | null {
  const index = firstFrom(bars, time);
  const [before, after] = [bars[index - 1], bars[index]];
  if (!before || !after) return before ?? after ?? null;
  return time - before.start < after.start - time ? before : after;
}
