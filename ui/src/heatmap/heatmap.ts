import type { Series } from '../query/frame';
import { BUCKET_TAG, boundOf } from '../query/quantiles';

/** How many values fell into each bucket of a histogram, over time. */
export interface Heatmap {
  /** Rising starts of stretches of time, epoch seconds. */
  xs: readonly number[];
  /** Rising upper bounds of the rows; the last may be infinite. */
  bounds: readonly number[];
  /** By row, then by time; null where nothing is known. */
  counts: readonly (readonly (number | null)[])[];
  /** The largest count; 0 if there is none. */
  most: number;
}

/** Adds up the histograms among series, whose buckets count all up to their bound. */
export function heatmapOf(series: readonly Series[]): Heatmap {
  const buckets = series.filter((one) => one.labels[BUCKET_TAG] !== undefined);
  const xs = [...new Set(buckets.flatMap((one) => one.xs))].sort((a, b) => a - b);
  const bounds = [...new Set(buckets.map(boundOf))].sort((a, b) => a - b);
  const indexOf = new Map(xs.map((x, i) => [x, i]));
  const totals = bounds.map(() => xs.map((): number | null => null));
  for (const one of buckets) {
    const row = totals[bounds.indexOf(boundOf(one))] ?? [];
    one.xs.forEach((x, i) => {
      const at = indexOf.get(x) ?? 0;
      const y = one.ys[i] ?? null;
      row[at] = y === null ? (row[at] ?? null) : (row[at] ?? 0) + y;
    });
  }
  let most = 0;
  // Buckets are not read at the very same moment, so that a larger one may seem to count less.
  const counts = totals.map((row, i) =>
    row.map((total, at) => {
      const below = totals[i - 1]?.[at] ?? 0;
      const count = total === null ? null : Math.max(0, total - below);
      most = Math.max(most, count ?? 0);
      return count;
    }),
  );
  return { xs, bounds, counts, most };
}
