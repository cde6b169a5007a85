import type { Outcome } from './execute';
import type { Series } from './frame';
import { namedSelectors, type Query } from './model';

/**
 * The start of a result's last full bucket, in epoch seconds: later ones are still filling, or the
 * range ends within them, so that their counts, sums and increases are too small. Null where no
 * bucket is known, or none can mislead: an average is one from the first sample on.
 */
export function openFrom({ request, at }: Pick<Outcome, 'request' | 'at'>): number | null {
  if (!request.addsUp) {
    return null;
  }
  const until = Math.min(request.range.to + 1, Math.floor(at / 1000));
  return until - request.bucket;
}

/** A series without the buckets that start after the last full one; all of it if that is null. */
export function upTo(series: Series, last: number | null): Series {
  if (last === null) {
    return series;
  }
  const count = series.xs.findLastIndex((x) => x <= last) + 1;
  return { ...series, xs: series.xs.slice(0, count), ys: series.ys.slice(0, count) };
}

/** Whether the values of a bucket grow until it is full. */
export function addsUp({ mode, builder, sql }: Query): boolean {
  // A window of PromQL ends where its value stands.
  if (mode === 'promql') {
    return false;
  }
  if (mode === 'sql') {
    return sql.includes('{{bucket}}') && /\b(count|sum|increase|rate|bucket_rate)\s*\(/i.test(sql);
  }
  return (
    builder.per === 'count' ||
    builder.per === 'sum' ||
    builder.across === 'count' ||
    builder.across === 'sum' ||
    namedSelectors(builder).some(({ reading }) => reading !== 'value')
  );
}
