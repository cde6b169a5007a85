import { fullName, type Series } from './frame';

/** The tag that says up to which value a bucket of a histogram counts. */
export const BUCKET_TAG = 'le';

const QUANTILES = [0.5, 0.9, 0.99];

/**
 * Quantiles of histograms, from what their buckets gained. A bucket counts all up to its bound, and
 * within it values are taken to lie evenly. Series without a bound stay as they are.
 */
export function quantilesOf(series: readonly Series[]): Series[] {
  const histograms = new Map<string, Series[]>();
  const others: Series[] = [];
  for (const one of series) {
    if (one.labels[BUCKET_TAG] === undefined) {
      others.push(one);
    } else {
      const key = fullName({ name: one.name, labels: withoutBound(one.labels) });
      histograms.set(key, [...(histograms.get(key) ?? []), one]);
    }
  }
  return [...others, ...[...histograms.values()].flatMap(linesOf)];
}

function linesOf(buckets: readonly Series[]): Series[] {
  const sorted = buckets
    .map((series) => ({ bound: boundOf(series), values: valuesOf(series), series }))
    .sort((a, b) => a.bound - b.bound);
  const [first] = sorted;
  if (!first) {
    return [];
  }
  const xs = [...new Set(buckets.flatMap((series) => series.xs))].sort((a, b) => a - b);
  const { name, labels, key } = first.series;
  const bounds = sorted.map(({ bound }) => bound);
  const counts = xs.map((x) => cumulative(sorted.map(({ values }) => values.get(x) ?? 0)));
  return QUANTILES.map((quantile) => ({
    key: `p${100 * quantile} ${key}`,
    name,
    labels: { ...withoutBound(labels), quantile: `p${100 * quantile}` },
    xs,
    ys: counts.map((count) => quantileIn(bounds, count, quantile)),
  }));
}

/** Counts that never fall: buckets are not read at the very same moment. */
function cumulative(counts: readonly number[]): number[] {
  let most = 0;
  return counts.map((count) => {
    most = Math.max(most, count);
    return most;
  });
}

/**
 * @param bounds of the buckets, rising; the last may be infinite
 * @param counts of all up to each bound
 * @return null if nothing was counted
 */
export function quantileIn(
  bounds: readonly number[],
  counts: readonly number[],
  quantile: number,
): number | null {
  const total = counts.at(-1) ?? 0;
  if (total <= 0) {
    return null;
  }
  const rank = quantile * total;
  const index = counts.findIndex((count) => count >= rank);
  const [bound = 0, count = 0] = [bounds[index], counts[index]];
  const below = bounds[index - 1];
  if (!Number.isFinite(bound)) {
    return below ?? null;
  }
  const low = below ?? Math.min(0, bound);
  const before = counts[index - 1] ?? 0;
  return count === before ? bound : low + ((bound - low) * (rank - before)) / (count - before);
}

/** Up to which value a bucket counts. */
export function boundOf(series: Series): number {
  const text = series.labels[BUCKET_TAG] ?? '';
  return /^\+?inf/i.test(text) ? Number.POSITIVE_INFINITY : Number(text);
}

function valuesOf(series: Series): ReadonlyMap<number, number> {
  return new Map(series.xs.map((x, i) => [x, series.ys[i] ?? 0]));
}

function withoutBound(labels: Series['labels']): Series['labels'] {
  const { [BUCKET_TAG]: _, ...others } = labels;
  return others;
}
