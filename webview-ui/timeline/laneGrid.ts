import { html, type TemplateResult } from 'lit';
import type { Bar } from '../../src/shared/runState';
import { describeBar, describeLane } from './describe';
import type { LaneBars } from './geometry/laneBars';
import type { LaneModel } from './scene';

/** How many steps on either side of the active one exist in the document. */
const around = 8;

export interface Place {
  lane: number;
  index: number;
}

/** The id of the cell that has the focus. */
export function activeCell({ lane, index }: Place): string {
  return index < 0 ? `lane-${String(lane)}` : `cell-${String(lane)}-${String(index)}`;
}

/**
 * What the canvas shows, as rows and cells for screen readers: every lane with a summary, and the steps
 * around the active one, so that a run of a hundred thousand steps stays a small document.
 */
export function laneRows(
  model: LaneModel,
  place: Place,
  selected: Bar | null,
  now: number,
): TemplateResult[] {
  return model.groups.map((group, lane) => {
    const near = lane === place.lane ? stepsAround(group, place.index) : [];
    return html`<div role="row" aria-rowindex=${lane + 1}>
      <span role="rowheader" id=${activeCell({ lane, index: -1 })} aria-colindex="1">
        ${group.lane.label}: ${describeLane(group)}
      </span>
      ${near.map(
        ({ bar, index }) =>
          html`<span
            role="gridcell"
            id=${activeCell({ lane, index })}
            aria-colindex=${index + 2}
            aria-selected=${bar === selected}
            >${describeBar(bar, now)}</span
          >`,
      )}
    </div>`;
  });
}

function stepsAround({ bars }: LaneBars, index: number): { bar: Bar; index: number }[] {
  const first = Math.max(0, index - around);
  return bars
    .slice(first, Math.max(0, index) + around + 1)
    .map((bar, offset) => ({ bar, index: first + offset }));
}
