import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { messageOf } from '../../api/problem';
import { COUNTER, type MetricDetail } from '../../api/types';
import { Notice } from '../../app/Notice';
import { useWidth } from '../../app/useWidth';
import { ChartView } from '../../chart/ChartView';
import { guessUnit } from '../../chart/guessUnit';
import { DEFAULT_CHART } from '../../chart/options';
import { ALL_VISIBLE } from '../../chart/visibility';
import { useCadence } from '../../query/cadence';
import type { Series } from '../../query/frame';
import { metricRows } from '../../query/metricRows';
import { marksOf } from '../../ring/useRing';
import { autoBucket } from '../../time/bucket';
import { zoomOut } from '../../time/range';
import { usePageTime } from '../../time/TimeProvider';
import { queryOf } from '../explorePath';
import classes from './Metric.module.css';

/** The series over the range of the page: a gauge's averages, a counter's rates. */
export function Preview({ metric }: { metric: MetricDetail }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const time = usePageTime();
  const { range, zone, text, tick } = time;
  const [visibility, setVisibility] = useState(ALL_VISIBLE);
  const id = metric.metric_id;
  const ids = useMemo(() => [id], [id]);
  const observed = useCadence(ids, range, width > 0);
  const cadence = Math.max(metric.step, Math.round(observed?.usual ?? 0));
  const bucket = autoBucket(range.to - range.from, width || 800, cadence);
  const { data, error } = useQuery({
    queryKey: ['series', id, range, bucket, tick],
    queryFn: ({ signal }) => metricRows(metric, range, bucket, signal),
    placeholderData: (before) => before,
    enabled: width > 0 && observed !== undefined,
  });
  const series = useMemo<Series[]>(
    () => [
      {
        key: String(id),
        name: metric.name,
        labels: metric.tags,
        xs: (data ?? []).map((row) => row.bucket),
        ys: (data ?? []).map((row) => row.value),
      },
    ],
    [data, id, metric.name, metric.tags],
  );
  const unit = guessUnit(queryOf(metric));
  const options = useMemo(() => ({ ...DEFAULT_CHART, unit, legend: 'hidden' as const }), [unit]);
  return (
    <section className={classes.card} aria-label="Preview">
      <h2>{metric.type === COUNTER ? 'Rate per second' : 'Average of each bucket'}</h2>
      {error && (
        <Notice kind="error" title="Not loaded">
          {messageOf(error)}
        </Notice>
      )}
      {data?.length === 0 && (
        <p role="status" className="dim">
          No samples in this range.
        </p>
      )}
      <div className={classes.preview} ref={ref}>
        <ChartView
          series={series}
          range={range}
          bucket={bucket}
          ring={marksOf(metric)}
          openFrom={metric.type === COUNTER ? range.to + 1 - bucket : null}
          options={options}
          zone={zone}
          title={metric.name}
          state={data ? (data.length === 0 ? 'empty' : 'data') : 'running'}
          visibility={visibility}
          onVisibility={setVisibility}
          onZoom={time.zoomTo}
          onZoomOut={() => time.setRange(zoomOut(text, { now: range.to, zone }))}
          onHover={time.setHovering}
        />
      </div>
    </section>
  );
}
