import { inTurn } from '../api/limiter';
import { metricSeries } from '../api/metrics';
import { runSql } from '../api/query';
import { COUNTER, type Metric, type SeriesRow } from '../api/types';
import { alignDown } from '../time/bucket';
import type { Range } from '../time/range';
import { gainsSql } from './builderSql';

/** A gauge's averages, or a counter's exact rates per second. */
export function metricRows(
  { metric_id: id, type }: Metric,
  range: Range,
  bucket: number,
  signal: AbortSignal,
): Promise<SeriesRow[]> {
  return inTurn(signal, () =>
    type === COUNTER ? rates(id, range, bucket, signal) : metricSeries(id, range, bucket, signal),
  );
}

async function rates(
  id: number,
  range: Range,
  bucket: number,
  signal: AbortSignal,
): Promise<SeriesRow[]> {
  const start = alignDown(range.from, bucket);
  const answer = await runSql(
    {
      sql: `SELECT ${gainsSql('rate', String(id))}\nORDER BY bucket`,
      start_ts: Math.max(0, start - bucket),
      end_ts: range.to,
      bucket,
    },
    signal,
  );
  const [, buckets = [], values = []] = answer.data;
  return buckets.map((at, row) => ({
    bucket: Number(at),
    value: values[row] === null ? null : Number(values[row]),
  }));
}
