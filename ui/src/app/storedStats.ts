import { lookupMetrics, metricSeries } from '../api/metrics';
import { COUNTER, type Tags } from '../api/types';

/** What a server keeps of its own figures, and how often: see its self-metrics. */
const STEP = 10;
const MOST_SERIES = 20;
const QUERY: Tags = { route: '/query', method: 'POST' };

/** One of the server's own figures over time, by epoch seconds. */
export type Stored = ReadonlyMap<number, number>;

export interface StoredStats {
  samplesPerSecond: Stored;
  queriesPerSecond: Stored;
  /** Seconds that queries took in each second. */
  querySeconds: Stored;
}

/**
 * The last minutes as the server has stored them; empty where it stores nothing of itself. Reads
 * series and not SQL, so that looking does not count as a query.
 */
export async function storedStats(
  now: number,
  seconds: number,
  signal: AbortSignal,
): Promise<StoredStats> {
  const range = { from: now - seconds, to: now };
  const read = (name: string, tags: Tags = {}) => sumOf(name, tags, range, signal);
  const [samplesPerSecond, queriesPerSecond, querySeconds] = await Promise.all([
    read('annulus_ingest_samples_total'),
    read('annulus_http_requests_seconds_count', QUERY),
    read('annulus_http_requests_seconds_sum', QUERY),
  ]);
  return { samplesPerSecond, queriesPerSecond, querySeconds };
}

async function sumOf(
  name: string,
  tags: Tags,
  range: { from: number; to: number },
  signal: AbortSignal,
): Promise<Stored> {
  const { metrics } = await lookupMetrics(name, tags, MOST_SERIES, signal);
  const all = await Promise.all(
    metrics
      .filter(({ type }) => type === COUNTER)
      .map(({ metric_id: id }) => metricSeries(id, range, STEP, signal)),
  );
  const sums = new Map<number, number>();
  for (const { bucket, value } of all.flat()) {
    if (value !== null) {
      sums.set(bucket, (sums.get(bucket) ?? 0) + value);
    }
  }
  return sums;
}
