import { formatDuration, formatUsd } from '../../src/shared/format';
import type { Bar } from '../../src/shared/runState';
import type { LaneBars } from './geometry/laneBars';

/** A bar in words, for the tooltip and for those who hear the timeline. */
export function describeBar(bar: Bar, now: number): string {
  const parts = [bar.label];
  const length = (bar.end ?? now) - bar.start;
  if (length > 0) parts.push(formatDuration(length));
  if (bar.usd > 0) parts.push(formatUsd(bar.usd));
  if (bar.end === null) parts.push('running');
  else if (bar.ok === null) parts.push(bar.kind === 'verdict' ? 'verdict not shown' : 'interrupted');
  else if (!bar.ok && bar.kind !== 'verdict') parts.push('failed');
  return parts.join(' · ');
}

/** A lane in words. */
export function describeLane({ bars, lane }: LaneBars): string {
  if (bars.length === 0) return lane.kind === 'holdouts' ? 'sealed' : 'nothing yet';
  const failed = bars.filter(({ ok }) => ok === false).length;
  return `${String(bars.length)} ${bars.length === 1 ? 'step' : 'steps'}${failed ? `, ${String(failed)} failed` : ''}`;
}
