import { lanesOf } from '../../src/shared/lanes';
import type { Bar, Marker, RunState } from '../../src/shared/runState';
import { groupByLane, type LaneBars } from './geometry/laneBars';
import type { TimeWindow } from './geometry/timeScale';

/** A run sorted into lanes, made once for each state of the run. */
export interface LaneModel {
  run: RunState;
  groups: LaneBars[];
  /** Markers that concern the whole run, and those of each lane. */
  markers: Marker[];
  laneMarkers: Map<string, Marker[]>;
  /** Beginning of the run (epoch). */
  origin: number;
}

export function laneModel(run: RunState): LaneModel {
  const markers: Marker[] = [];
  const laneMarkers = new Map<string, Marker[]>();
  for (const marker of run.markers) {
    const list = marker.lane === null ? markers : (laneMarkers.get(marker.lane) ?? []);
    list.push(marker);
    if (marker.lane !== null) laneMarkers.set(marker.lane, list);
  }
  const origin = run.header?.createdAt ?? run.lastAt;
  return { run, groups: groupByLane(lanesOf(run), run.bars), markers, laneMarkers, origin };
}

/** Where a bar is: its lane's index and its index there. */
export function placeOf(model: LaneModel, bar: Bar): { lane: number; index: number } | null {
  const lane = model.groups.findIndex((group) => group.lane.id === bar.lane);
  const index = model.groups[lane]?.bars.indexOf(bar) ?? -1;
  return index < 0 ? null : { lane, index };
}

/** What a person looks at; kept by VS Code over reloads. */
export interface View {
  /** Null: the whole run. */
  window: TimeWindow | null;
  scroll: number;
}

/** Milliseconds the time axis spans: a little more than the run, so that its end is not at the edge. */
export function totalOf(model: LaneModel, now: number): number {
  return Math.max(1000, (now - model.origin) * 1.02);
}
