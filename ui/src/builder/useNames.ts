import { useQuery } from '@tanstack/react-query';
import { metricNames, tagValues } from '../api/metrics';

/** All metric names; empty until they are known. */
export function useMetricNames(): string[] {
  const { data } = useQuery({ queryKey: ['names'], queryFn: ({ signal }) => metricNames(signal) });
  return data ?? [];
}

/** The values of every tag of a metric, or of all metrics if none is named. */
export function useTagValues(metric: string): Record<string, string[]> {
  const { data } = useQuery({
    queryKey: ['tag-values', metric],
    queryFn: ({ signal }) => tagValues(metric || undefined, signal),
  });
  return data ?? {};
}
