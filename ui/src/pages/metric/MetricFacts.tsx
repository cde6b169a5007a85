import type { ReactNode } from 'react';
import type { MetricDetail } from '../../api/types';
import { formatValue } from '../../chart/units';
import { RingBar } from '../../ring/Coverage';
import { ringBytes, ringState } from '../../ring/ringState';
import { formatAgo, formatDuration } from '../../time/duration';
import { shownDateTime } from '../../time/shown';
import { usePageTime } from '../../time/TimeProvider';
import classes from './Metric.module.css';

/** What a ring holds, how far back it reaches, and what is overwritten next. */
export function MetricFacts({ metric }: { metric: MetricDetail }) {
  const { zone } = usePageTime();
  const at = (ts: number) => shownDateTime(ts, zone);
  const state = ringState(metric);
  const now = Math.floor(Date.now() / 1000);
  const { counter } = metric;
  return (
    <section className={classes.card} aria-label="Ring">
      <h2>Ring</h2>
      {state.kind === 'holding' && (
        <div className={classes.ring}>
          <RingBar start={state.start} fill={metric.fill} />
          <div className={classes.ends}>
            <span>{formatDuration(metric.window_seconds)} back</span>
            <span>newest sample</span>
          </div>
        </div>
      )}
      <dl className={classes.facts}>
        {state.kind === 'empty' ? (
          <Fact name="Holds">no samples yet</Fact>
        ) : (
          <>
            <Fact name="Reaches back">
              {formatDuration(state.reach)}, to {at(state.next)}
            </Fact>
            <Fact name="Overwritten next">
              {state.nextIn === 0
                ? `the sample of ${at(state.next)}, with the next one`
                : `nothing for ${formatDuration(state.nextIn)}; then the sample of ${at(state.next)}`}
            </Fact>
            <Fact name="Newest sample">
              {formatValue(metric.newest_value, 'none')} at {at(metric.newest_ts ?? 0)} (
              {formatAgo(now - (metric.newest_ts ?? now))})
            </Fact>
          </>
        )}
        <Fact name="Filled">
          {metric.samples.toLocaleString('en')} of {metric.slots.toLocaleString('en')} slots (
          {(metric.fill * 100).toFixed(1)} %)
        </Fact>
        <Fact name="Window">
          {metric.slots.toLocaleString('en')} slots of {formatDuration(metric.step)} ={' '}
          {formatDuration(metric.window_seconds)}
        </Fact>
        <Fact name="Size when full">about {formatValue(ringBytes(metric.slots), 'bytes')}</Fact>
        <Fact name="Created">{at(metric.created_at)}</Fact>
        {counter && (
          <>
            <Fact name="Counter">{counter.last_raw_value.toLocaleString('en')} now</Fact>
            <Fact name="Counted in all">
              {counter.increase.toLocaleString('en')}, with {counter.resets} resets
            </Fact>
          </>
        )}
      </dl>
      {metric.retention_pending && <p role="status">A retention change is in progress.</p>}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
