import { useQuery } from '@tanstack/react-query';
import { inTurn } from '../api/limiter';
import { getMetric } from '../api/metrics';
import type { Metric, MetricDetail } from '../api/types';
import type { RingMarks } from '../chart/ringMarks';
import type { Matches } from '../query/useSelectors';
import { ringState } from './ringState';

/**
 * The ring behind a chart: of several it is the one that reaches farthest, so that nothing is shaded
 * where any of them holds something. Undefined until known, or where there is none.
 */
export function useRing(
  matches: ReadonlyMap<string, Matches> | undefined,
  active: boolean,
): RingMarks | undefined {
  const metrics = [...(matches?.values() ?? [])].flatMap((one) => one.metrics);
  const reach = (metric: Metric) => metric.step * metric.slots;
  const farthest = metrics.reduce<Metric | null>(
    (best, metric) => (best && reach(best) >= reach(metric) ? best : metric),
    null,
  );
  const id = farthest?.metric_id ?? 0;
  const { data } = useQuery({
    queryKey: ['metric', id],
    queryFn: ({ signal }) => inTurn(signal, () => getMetric(id, signal)),
    enabled: active && farthest !== null,
  });
  return data && marksOf(data);
}

export function marksOf(metric: MetricDetail): RingMarks | undefined {
  const state = ringState(metric);
  const { newest_ts: newest, window_seconds: window, step } = metric;
  if (state.kind === 'empty' || newest === null) {
    return undefined;
  }
  const isFull = state.nextIn === 0;
  return {
    edge: isFull ? state.next : newest - window + step,
    newest,
    next: isFull ? state.next : null,
  };
}
