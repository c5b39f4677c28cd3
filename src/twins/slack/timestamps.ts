/** A message's id and time: ten digits of seconds, a dot, six of microseconds. Compares as text. */
export type Timestamp = string;

const pattern = /^(\d{10})\.(\d{6})$/;

export function isTimestamp(text: string): boolean {
  return pattern.test(text);
}

export function toTimestamp(micros: number): Timestamp {
  const seconds = String(Math.floor(micros / 1e6)).padStart(10, '0');
  return `${seconds}.${String(micros % 1e6).padStart(6, '0')}`;
}

/** Microseconds since the epoch; exact, for a date of this century fits a double. */
export function toMicros(timestamp: Timestamp): number {
  return Number(timestamp.replace('.', ''));
}

/** Reads the looser forms that `oldest` and `latest` take (`0`, `1503435956`, `1503435956.0002`); null when it is none. */
export function parseMoment(text: string): number | null {
  if (text === 'now') return Number.MAX_SAFE_INTEGER;
  return /^\d{1,10}(\.\d{0,6})?$/.test(text) ? Math.round(Number(text) * 1e6) : null;
}
