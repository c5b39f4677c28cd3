// Dates as JQL writes them, in the time zone of the person who asks.

interface Local {
  year: number;
  /** From 1. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat | null>();

/** Null for UTC and for zones that nobody knows. */
function formatOf(zone: string): Intl.DateTimeFormat | null {
  let format = formats.get(zone);
  if (format === undefined) {
    try {
      const numeric = {
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
      } as const;
      format = /^(Etc\/)?(UTC|GMT)$/.test(zone)
        ? null
        : new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numeric });
    } catch {
      format = null;
    }
    formats.set(zone, format);
  }
  return format;
}

/** What a clock on the wall of this zone shows. @param time milliseconds since the epoch */
function localOf(time: number, zone: string): Local {
  const format = formatOf(zone);
  if (!format) {
    const date = new Date(time);
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
    };
  }
  const parts = Object.fromEntries(
    format.formatToParts(time).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

const asUtc = ({ year, month, day, hour, minute }: Local): number =>
  Date.UTC(year, month - 1, day, hour, minute);

/** The farthest time that every zone has a clock for; they differ by less than a day. */
const farthest = 8.64e15 - 24 * 60 * 60_000;

/** When clocks of this zone show that, or NaN when none ever does; months and days may be out of range. */
function instantOf(local: Local, zone: string): number {
  const wanted = asUtc(local);
  if (!(Math.abs(wanted) <= farthest)) return Number.NaN;
  if (!formatOf(zone)) return wanted;
  const guess = wanted - (asUtc(localOf(wanted, zone)) - wanted);
  return guess - (asUtc(localOf(guess, zone)) - wanted);
}

/** The day in this zone: `2019-06-01`. */
export function dayOf(time: number, zone: string): string {
  const { year, month, day } = localOf(time, zone);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const minute = 60_000;
const periodUnits: Readonly<Record<string, number>> = {
  m: minute,
  h: 60 * minute,
  d: 24 * 60 * minute,
  w: 7 * 24 * 60 * minute,
};

/** Milliseconds of a period such as `-5d` or `4w 2d`, or null. */
function periodOf(text: string): number | null {
  const match = /^([+-]?)((?:\d{1,6}[wdhm]\s*)+)$/.exec(text.trim());
  if (!match) return null;
  const [, sign, parts = ''] = match;
  let sum = 0;
  for (const [, count, unit = ''] of parts.matchAll(/(\d+)([wdhm])/g)) {
    sum += Number(count) * (periodUnits[unit] ?? 0);
  }
  return sign === '-' ? -sum : sum;
}

/** Milliseconds since the epoch of a day, a time or a period from now; null when it is none of these. */
export function readDate(text: string, now: number, zone: string): number | null {
  const match = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:\s+(\d{1,2}):(\d{2}))?$/.exec(text.trim());
  if (!match) {
    const period = periodOf(text);
    return period === null ? null : now + period;
  }
  const [year, month, day, hour, minutes] = [match[1], match[3], match[4], match[5] ?? 0, match[6] ?? 0].map(
    Number,
  );
  const local = { year, month, day, hour, minute: minutes } as Local;
  const check = new Date(asUtc(local));
  const isReal =
    check.getUTCMonth() + 1 === local.month &&
    check.getUTCDate() === local.day &&
    check.getUTCHours() === local.hour &&
    check.getUTCMinutes() === local.minute;
  return isReal ? instantOf(local, zone) : null;
}

export const dateFormats =
  "Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.";

const spans = { Day: 'd', Week: 'w', Month: 'M', Year: 'y' } as const;
export type Span = keyof typeof spans;

function addTo(local: Local, count: number, unit: string): Local {
  switch (unit) {
    case 'y':
      return { ...local, year: local.year + count };
    case 'M':
      return { ...local, month: local.month + count };
    case 'w':
      return { ...local, day: local.day + 7 * count };
    case 'd':
      return { ...local, day: local.day + count };
    case 'h':
      return { ...local, hour: local.hour + count };
    default:
      return { ...local, minute: local.minute + count };
  }
}

/** Brings months and days that ran over back into range; the last day of a month stays in it. */
function normal(local: Local): Local {
  const first = new Date(Date.UTC(local.year, local.month - 1, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const isWholeMonth = local.month < 1 || local.month > 12;
  const day = isWholeMonth ? Math.min(local.day, last) : local.day;
  return localOf(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), day, local.hour, local.minute), 'UTC');
}

/**
 * The first or last moment of the span around now, moved by an increment such as `-1`, `+2d` or `3M`.
 * @returns milliseconds since the epoch, or null when the increment is not one
 */
export function edgeOf(
  span: Span,
  isEnd: boolean,
  increment: string,
  now: number,
  zone: string,
): number | null {
  const match = /^([+-]?\d{1,6})([yMwdhm]?)$/.exec(increment.trim());
  if (!match) return null;
  const unit = match[2] === undefined || match[2] === '' ? spans[span] : match[2];
  const moved = normal(addTo(localOf(now, zone), Number(match[1]), unit));
  const weekday = new Date(asUtc(moved)).getUTCDay();
  const start = { ...moved, hour: 0, minute: 0 };
  if (span === 'Year') start.month = 1;
  if (span === 'Year' || span === 'Month') start.day = 1;
  if (span === 'Week') start.day -= weekday;
  const edge = isEnd ? instantOf(addTo(start, 1, spans[span]), zone) - 1 : instantOf(start, zone);
  return Number.isNaN(edge) ? null : edge;
}
