import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { metricSeries } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import { COUNTER, type MetricDetail } from '../../api/types';
import { Notice } from '../../app/Notice';
import { useWidth } from '../../app/useWidth';
import { ChartView } from '../../chart/ChartView';
import { guessUnit } from '../../chart/guessUnit';
import { DEFAULT_CHART } from '../../chart/options';
import { ALL_VISIBLE } from '../../chart/visibility';
import type { Series } from '../../query/frame';
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
  const bucket = autoBucket(range.to - range.from, width || 800, metric.step);
  const id = metric.metric_id;
  const { data, error } = useQuery({
    queryKey: ['series', id, range, bucket, tick],
    queryFn: ({ signal }) => metricSeries(id, range, bucket, signal),
    placeholderData: (before) => before,
    enabled: width > 0,
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
