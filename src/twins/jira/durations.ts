import type { JiraState } from './state';

type Working = Pick<JiraState['settings'], 'workingHoursPerDay' | 'workingDaysPerWeek'>;

function unitsOf({ workingHoursPerDay, workingDaysPerWeek }: Working): [string, number][] {
  const day = workingHoursPerDay * 3600;
  return [
    ['w', day * workingDaysPerWeek],
    ['d', day],
    ['h', 3600],
    ['m', 60],
  ];
}

/** Seconds as people write them: `1h 30m`; `0m` for none. */
export function durationText(working: Working, seconds: number): string {
  let rest = seconds;
  const parts = unitsOf(working).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [`${count}${unit}`] : [];
  });
  return parts.length > 0 ? parts.join(' ') : '0m';
}

/**
 * Seconds of a text such as `1w 2d 3h 4.5m`; a number without a unit is minutes; null when it is no duration, or one
 * that no number can hold.
 */
export function secondsOf(working: Working, text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (!/^(\d{1,9}(\.\d{1,9})?[wdhm]?)(\s+\d{1,9}(\.\d{1,9})?[wdhm])*$/.test(trimmed)) return null;
  const sizes = new Map(unitsOf(working));
  const seconds = trimmed
    .split(/\s+/)
    .reduce((sum, part) => sum + Number.parseFloat(part) * (sizes.get(part.replace(/[\d.]/g, '')) ?? 60), 0);
  const whole = Math.round(seconds);
  return Number.isSafeInteger(whole) ? whole : null;
}
