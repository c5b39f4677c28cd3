/** What was measured under one name; `budget` is the design's or the issue's, in the same unit. */
export interface Figure {
  name: string;
  unit: 'ms' | 'µs' | 'KiB' | 'MiB' | 'MB/s' | '%';
  samples: number[];
  budget?: number;
}

/** Calls `work` `times` times after one call that nobody counts, and keeps how long each took in milliseconds. */
export async function timed(times: number, work: (n: number) => unknown): Promise<number[]> {
  await work(0);
  const samples: number[] = [];
  for (let n = 1; n <= times; n += 1) {
    const began = performance.now();
    await work(n);
    samples.push(performance.now() - began);
  }
  return samples;
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
}

const shown = (value: number): string => value.toFixed(value < 100 ? 1 : 0);

/** One line a figure: name, how often it was measured, median, 90th percentile, unit, budget and whether it is met. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, samples, unit, budget }) => {
    const median = quantile(samples, 0.5);
    const verdict = budget === undefined ? '' : median <= budget ? 'met' : 'over';
    const wanted = budget === undefined ? '' : `≤ ${budget}`;
    return [
      name,
      String(samples.length),
      shown(median),
      shown(quantile(samples, 0.9)),
      unit,
      wanted,
      verdict,
    ];
  });
  const lines = [['what', 'n', 'median', 'p90', 'unit', 'budget', ''], ...rows];
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, at) =>
          at === 0 || at > 3 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
