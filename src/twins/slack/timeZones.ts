/** Making a format is slow, and a workspace has few zones. */
const formats = new Map<string, readonly [offset: Intl.DateTimeFormat, label: Intl.DateTimeFormat]>();

function formatsOf(timeZone: string): readonly [Intl.DateTimeFormat, Intl.DateTimeFormat] {
  const known = formats.get(timeZone);
  if (known) return known;
  const named = (timeZoneName: 'longOffset' | 'long') =>
    new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName });
  const made = [named('longOffset'), named('long')] as const;
  formats.set(timeZone, made);
  return made;
}

const nameIn = (format: Intl.DateTimeFormat, now: number): string =>
  format.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** Whether a name is one of the time zone database. */
export function isTimeZone(name: string): boolean {
  try {
    return formatsOf(name).length > 0;
  } catch {
    return false;
  }
}

/** What Slack tells of a person's zone: its name, what people call it now, and its seconds from UTC. */
export function viewZone(tz: string, now: number): { tz: string; tz_label: string; tz_offset: number } {
  const [offset, label] = formatsOf(tz);
  const [, sign, hours = 0, minutes = 0] = /GMT([+-])(\d\d):(\d\d)/.exec(nameIn(offset, now)) ?? [];
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return { tz, tz_label: nameIn(label, now), tz_offset: sign === '-' ? -seconds : seconds };
}
