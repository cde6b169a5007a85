import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { inTurn } from '../../api/limiter';
import { cardinality, lookupMetrics, metricNames, metricSeries } from '../../api/metrics';
import { COUNTER, type Metric } from '../../api/types';
import { ChartView } from '../../chart/ChartView';
import { guessUnit } from '../../chart/guessUnit';
import { preloadChart } from '../../chart/lazyChart';
import { DEFAULT_CHART } from '../../chart/options';
import { ALL_VISIBLE } from '../../chart/visibility';
import type { Series } from '../../query/frame';
import { autoBucket } from '../../time/bucket';
import { usePageTime } from '../../time/TimeProvider';
import { groupQuery, queryOf } from '../explorePath';
import classes from './Home.module.css';

/** What one looks at first on a host; without them, what has the most series. */
const HOST = ['cpu_percent', 'mem_used_percent', 'net_bytes_sent', 'load_avg_1m'];
const SHOWN = 4;
const MOST_SERIES = 10;
const SECONDS = 1800;
const REFRESH_MILLIS = 10_000;
const POINTS = 300;

/** The last half hour, live. It is read as series and not as SQL, so that it counts as no query. */
export function HomeCharts() {
  useEffect(preloadChart, []);
  const { data: names = [] } = useQuery({
    queryKey: ['home', 'names'],
    queryFn: ({ signal }) => chosenNames(signal),
  });
  return (
    <div className={classes.charts}>
      {names.map((name) => (
        <HomeChart key={name} name={name} />
      ))}
    </div>
  );
}

async function chosenNames(signal: AbortSignal): Promise<string[]> {
  const known = new Set(await metricNames(signal));
  const ofHost = HOST.filter((name) => known.has(name));
  if (ofHost.length >= 2) {
    return ofHost.slice(0, SHOWN);
  }
  const { items } = await cardinality('name', SHOWN, signal);
  return items.map(({ value }) => value);
}

interface Read {
  first: Metric;
  to: number;
  bucket: number;
  series: Series[];
}

async function read(name: string, signal: AbortSignal): Promise<Read | null> {
  const { metrics } = await lookupMetrics(name, {}, MOST_SERIES, signal);
  const [first] = metrics;
  if (!first) {
    return null;
  }
  const to = Math.floor(Date.now() / 1000);
  const bucket = autoBucket(SECONDS, POINTS, Math.max(10, first.step));
  const series = await Promise.all(
    metrics.map(async (metric): Promise<Series> => {
      const { metric_id: id, tags } = metric;
      const range = { from: to - SECONDS, to };
      const rows = await inTurn(signal, () => metricSeries(id, range, bucket, signal));
      return {
        key: String(id),
        name,
        labels: tags,
        xs: rows.map((row) => row.bucket),
        ys: rows.map(({ value }) => value),
      };
    }),
  );
  return { first, to, bucket, series };
}

function HomeChart({ name }: { name: string }) {
  const { zone } = usePageTime();
  const [visibility, setVisibility] = useState(ALL_VISIBLE);
  const { data } = useQuery({
    queryKey: ['home', 'chart', name],
    queryFn: ({ signal }) => read(name, signal),
    refetchInterval: REFRESH_MILLIS,
  });
  const first = data?.first;
  const options = useMemo(
    () => ({
      ...DEFAULT_CHART,
      type: 'area' as const,
      unit: first ? guessUnit(queryOf(first)) : ('none' as const),
    }),
    [first],
  );
  if (!data) {
    return null;
  }
  const isCounter = data.first.type === COUNTER;
  return (
    <section className={classes.chart} aria-label={name}>
      <h2>
        <Link
          className={classes.chartName}
          href={`/explore?from=now-30m&to=now&${groupQuery(data.first, null)}`}
        >
          {name}
        </Link>
        {isCounter && <span className="dim"> per second</span>}
      </h2>
      <ChartView
        series={data.series}
        range={{ from: data.to - SECONDS, to: data.to }}
        bucket={data.bucket}
        openFrom={isCounter ? data.to - data.bucket : null}
        options={options}
        zone={zone}
        title={name}
        state="data"
        visibility={visibility}
        onVisibility={setVisibility}
        onZoom={() => undefined}
        onZoomOut={() => undefined}
        onHover={() => undefined}
      />
    </section>
  );
}
