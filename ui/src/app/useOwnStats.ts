import { useQuery } from '@tanstack/react-query';
import { processMetrics } from '../api/operations';
import { type PrometheusSample, parsePrometheus, total } from '../api/prometheus';
import { executeSql } from '../query/execute';

/** What the server says of itself at a moment; null where it does not say. */
export interface OwnStats {
  /** Epoch seconds, with fractions. */
  at: number;
  samplesPerSecond: number | null;
  queriesPerSecond: number | null;
  /** Mean of the queries since the moment before. */
  querySeconds: number | null;
  series: number;
  heapBytes: number | null;
  cpu: number | null;
}

interface Totals {
  at: number;
  samples: number | null;
  queries: number | null;
  queryTime: number | null;
}

const POLL_MILLIS = 5000;
const FIRST_MILLIS = 1000;
const KEPT = 120;

let before: Totals | null = null;
let history: readonly OwnStats[] = [];

/** The last minutes of the server's own figures, as far as this page has been open. */
export function useOwnStats(): readonly OwnStats[] {
  const { data } = useQuery({
    queryKey: ['own-stats'],
    queryFn: async ({ signal }) => {
      const [text, count] = await Promise.all([
        processMetrics(signal),
        executeSql('SELECT count(*) AS series FROM metrics', signal),
      ]);
      history = [...history, statsOf(parsePrometheus(text), Number(count.data[0]?.[0]))].slice(
        -KEPT,
      );
      return history;
    },
    // Rates need two readings; the first two come close together.
    refetchInterval: () => (history.length < 2 ? FIRST_MILLIS : POLL_MILLIS),
    staleTime: 0,
  });
  return data ?? history;
}

function statsOf(samples: readonly PrometheusSample[], series: number): OwnStats {
  const now = totalsOf(samples);
  const since = before;
  before = now;
  const seconds = since ? now.at - since.at : 0;
  const change = (key: 'samples' | 'queries' | 'queryTime') => {
    const [from, to] = [since?.[key] ?? null, now[key]];
    return from === null || to === null || to < from || seconds <= 0 ? null : to - from;
  };
  const perSecond = (value: number | null) => (value === null ? null : value / seconds);
  const queries = change('queries');
  const queryTime = change('queryTime');
  return {
    at: now.at,
    samplesPerSecond: perSecond(change('samples')),
    queriesPerSecond: perSecond(queries),
    querySeconds: queries && queryTime !== null ? queryTime / queries : null,
    series,
    heapBytes: total(samples, 'jvm_memory_used_bytes', { area: 'heap' }),
    cpu: total(samples, 'process_cpu_usage'),
  };
}

function totalsOf(samples: readonly PrometheusSample[]): Totals {
  const query = { route: '/query', method: 'POST' };
  return {
    at: Date.now() / 1000,
    samples: total(samples, 'annulus_ingest_samples_total'),
    queries: total(samples, 'annulus_http_requests_seconds_count', query),
    queryTime: total(samples, 'annulus_http_requests_seconds_sum', query),
  };
}
