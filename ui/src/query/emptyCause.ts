import { getMetric } from '../api/metrics';
import type { MetricDetail } from '../api/types';
import type { Range } from '../time/range';
import type { Matches } from './useSelectors';

/** Why a query found nothing. */
export type EmptyCause =
  | { kind: 'no-series'; alias: string }
  /** All that the ring held of the range is overwritten by now. */
  | { kind: 'before-ring'; metric: MetricDetail }
  | { kind: 'after-samples'; metric: MetricDetail }
  | { kind: 'no-samples'; metric: MetricDetail }
  | { kind: 'between'; metric: MetricDetail }
  | { kind: 'unknown' };

/** Looks at the first selector that cannot have given anything. */
export async function findCause(
  matches: ReadonlyMap<string, Matches>,
  range: Range,
  signal: AbortSignal,
): Promise<EmptyCause> {
  for (const [alias, { metrics }] of matches) {
    const [first] = metrics;
    if (!first) {
      return { kind: 'no-series', alias };
    }
    const cause = causeIn(await getMetric(first.metric_id, signal), range);
    if (cause) {
      return cause;
    }
  }
  return { kind: 'unknown' };
}

/** Why a metric has nothing in a range; null if it may have something. */
export function causeIn(metric: MetricDetail, range: Range): EmptyCause | null {
  const { oldest_ts: oldest, newest_ts: newest } = metric;
  if (oldest === null || newest === null) {
    return { kind: 'no-samples', metric };
  }
  if (range.to < oldest) {
    return { kind: 'before-ring', metric };
  }
  if (range.from > newest) {
    return { kind: 'after-samples', metric };
  }
  return range.to - range.from < metric.step ? { kind: 'between', metric } : null;
}

/** All that a metric's ring holds. */
export function heldRange(metric: MetricDetail): Range | null {
  const { oldest_ts: oldest, newest_ts: newest, step } = metric;
  return oldest === null || newest === null
    ? null
    : { from: oldest, to: Math.max(newest, oldest + step) };
}
