const unitsMs = { ms: 1, s: 1000, m: 60_000 } as const;

/** Milliseconds of `500ms`, `10s` or `2m`; null when it is none of these. */
export function durationMs(text: string): number | null {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text);
  if (!match) return null;
  return Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs];
}
