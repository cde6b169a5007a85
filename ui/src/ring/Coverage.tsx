import { useQuery } from '@tanstack/react-query';
import { inTurn } from '../api/limiter';
import { getMetric } from '../api/metrics';
import { formatDuration } from '../time/duration';
import classes from './Coverage.module.css';
import { ringState } from './ringState';

/** How far back a metric's ring reaches, on one line. */
export function Coverage({ metricId }: { metricId: number }) {
  const { data } = useQuery({
    queryKey: ['metric', metricId],
    queryFn: ({ signal }) => inTurn(signal, () => getMetric(metricId, signal)),
  });
  if (!data) {
    return null;
  }
  const state = ringState(data);
  if (state.kind === 'empty') {
    return <span>no samples yet</span>;
  }
  return (
    <span className={classes.line}>
      <RingBar start={state.start} fill={data.fill} />
      <span>
        <span className={classes.holds}>holds </span>
        {formatDuration(state.reach)} of {formatDuration(data.window_seconds)}
      </span>
    </span>
  );
}

/** The window of a ring, oldest to newest, with the part that holds samples filled. */
export function RingBar({ start, fill }: { start: number; fill: number }) {
  return (
    <span
      className={classes.bar}
      role="meter"
      aria-label="Ring filled"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(fill * 100)}
    >
      <span style={{ left: `${start * 100}%` }} data-full={start === 0} />
    </span>
  );
}
