import { ActionIcon } from '@mantine/core';
import { IconChartLine, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import { Link } from 'wouter';
import { inTurn } from '../../api/limiter';
import { getMetric } from '../../api/metrics';
import { COUNTER, type Metric } from '../../api/types';
import { copyText } from '../../app/copyLink';
import { unitOfMetric } from '../../chart/guessUnit';
import { Sparkline } from '../../chart/Sparkline';
import { formatClosely, formatValue } from '../../chart/units';
import { metricRows } from '../../query/metricRows';
import { Coverage } from '../../ring/Coverage';
import { autoBucket } from '../../time/bucket';
import { usePageTime } from '../../time/TimeProvider';
import { exploreQuery } from '../explorePath';
import classes from './Metrics.module.css';
import { useStayed } from './useStayed';

const SPARK_PIXELS = 120;
const LARGE = 1e6;

export interface MetricRowProps {
  metric: Metric;
  /** Whether it is one of those of a name. */
  within: boolean;
  index: number;
  top: number;
  /** The part of the link that other pages keep. */
  time: string;
}

/** One series. */
export const MetricRow = memo(function MetricRow(props: MetricRowProps) {
  const { metric, index, top, within, time } = props;
  const stayed = useStayed();
  return (
    <div
      className={classes.row}
      data-within={within}
      role="row"
      aria-rowindex={index + 2}
      style={{ top }}
    >
      <span role="cell" className={classes.name}>
        <Link href={`/metrics/${metric.metric_id}${time}`}>{metric.name}</Link>
        <span className={classes.tags}>
          {stayed ? <OwnTags metric={metric} /> : tagsOf(metric)}
        </span>
      </span>
      <span role="cell" className={classes.type}>
        {metric.type === COUNTER ? 'counter' : 'gauge'}
      </span>
      {stayed && <Figures metric={metric} time={time} />}
    </div>
  );
});

/** Of the only series of a name, the list does not know the tags. */
function OwnTags({ metric }: { metric: Metric }) {
  const { data } = useDetail(metric.metric_id);
  return tagsOf(data ?? metric);
}

function tagsOf({ tags }: Metric) {
  return Object.entries(tags).map(([key, value]) => (
    <span key={key}>
      {key}={value}
    </span>
  ));
}

/** What takes longer to draw than a name, and asks the server. */
function Figures({ metric, time }: { metric: Metric; time: string }) {
  return (
    <>
      <span role="cell" className={classes.id}>
        {metric.metric_id}
        <ActionIcon
          size="sm"
          aria-label={`Copy the ID ${metric.metric_id}`}
          title="Copy the ID"
          onClick={() => copyText(String(metric.metric_id), 'ID copied')}
        >
          <IconCopy size={13} />
        </ActionIcon>
      </span>
      <span role="cell" className={classes.ring}>
        <Coverage metricId={metric.metric_id} />
      </span>
      <span role="cell" className={classes.value}>
        <Newest metric={metric} />
      </span>
      <span role="cell" className={classes.spark}>
        <Spark metric={metric} />
        <ActionIcon
          component={Link}
          href={`/explore${time ? `${time}&` : '?'}${exploreQuery(metric)}`}
          size="sm"
          aria-label={`Explore ${metric.name}`}
          title="Open in Explore"
        >
          <IconChartLine size={15} />
        </ActionIcon>
      </span>
    </>
  );
}

function useDetail(id: number) {
  return useQuery({
    queryKey: ['metric', id],
    queryFn: ({ signal }) => inTurn(signal, () => getMetric(id, signal)),
  });
}

function Newest({ metric }: { metric: Metric }) {
  const { data } = useDetail(metric.metric_id);
  const value = data?.newest_value ?? null;
  const unit = unitOfMetric(metric.name);
  // Beside others there is room for a few digits only.
  const isLarge = unit === 'none' && Math.abs(value ?? 0) >= LARGE;
  return data ? (
    <span title={formatClosely(value, unit)}>{formatValue(value, isLarge ? 'short' : unit)}</span>
  ) : null;
}

function Spark({ metric }: { metric: Metric }) {
  const { range } = usePageTime();
  const bucket = autoBucket(range.to - range.from, SPARK_PIXELS, metric.step);
  const { data } = useQuery({
    queryKey: ['spark', metric.metric_id, range, bucket],
    queryFn: ({ signal }) => metricRows(metric, range, bucket, signal),
    placeholderData: (before) => before,
  });
  const rows = data ?? [];
  return (
    <Sparkline
      xs={rows.map((row) => row.bucket)}
      ys={rows.map((row) => row.value)}
      range={range}
      bucket={bucket}
      unit={unitOfMetric(metric.name)}
      width={SPARK_PIXELS}
    />
  );
}
