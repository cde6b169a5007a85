import { useQuery } from '@tanstack/react-query';
import { processMetrics, seriesCount } from '../api/operations';
import { type PrometheusSample, parsePrometheus, total } from '../api/prometheus';
import { storedStats } from './storedStats';

/** What the server says of itself at a moment; null where it does not say. */
export interface OwnStats {
  /** Epoch seconds, with fractions. */
  at: number;
  samplesPerSecond: number | null;
  queriesPerSecond: number | null;
  /** Mean of the queries since the moment before. */
  querySeconds: number | null;
  series: number | null;
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
const KEPT = 240;
const STORED_SECONDS = 600;

/** Rates are over so long, since many send only every 10 or 15 s. */
const WINDOW_SECONDS = 60;
/** Over less they say how what is sent falls between readings; what was stored is better. */
const LEAST_SECONDS = 30;

let recent: readonly Totals[] = [];
let history: readonly OwnStats[] = [];
/** Whether there is something better than the first readings. */
let hasStored = false;

/**
 * The last minutes of the server's own figures: as it has stored them, and read while this page has
 * been open. None of it is a query, so that looking does not change what is shown.
 */
export function useOwnStats(): readonly OwnStats[] {
  const { data } = useQuery({
    queryKey: ['own-stats'],
    queryFn: async ({ signal }) => {
      if (history.length === 0) {
        history = await stored(signal).catch(() => []);
        hasStored = history.length > 0;
      }
      const [text, series] = await Promise.all([processMetrics(signal), seriesCount(signal)]);
      history = [...history, statsOf(parsePrometheus(text), series)].slice(-KEPT);
      return history;
    },
    // Rates need two readings; the first two come close together.
    refetchInterval: () => (recent.length < 2 ? FIRST_MILLIS : POLL_MILLIS),
    staleTime: 0,
  });
  return data ?? history;
}

async function stored(signal: AbortSignal): Promise<OwnStats[]> {
  const now = Math.floor(Date.now() / 1000);
  const { samplesPerSecond, queriesPerSecond, querySeconds } = await storedStats(
    now,
    STORED_SECONDS,
    signal,
  );
  const times = new Set([...samplesPerSecond.keys(), ...queriesPerSecond.keys()]);
  return [...times]
    .sort((a, b) => a - b)
    .map((at) => {
      const queries = queriesPerSecond.get(at) ?? null;
      const seconds = querySeconds.get(at) ?? null;
      return {
        at,
        samplesPerSecond: samplesPerSecond.get(at) ?? null,
        queriesPerSecond: queries,
        querySeconds: queries && seconds !== null ? seconds / queries : null,
        series: null,
        heapBytes: null,
        cpu: null,
      };
    });
}

function statsOf(samples: readonly PrometheusSample[], series: number): OwnStats {
  const now = totalsOf(samples);
  const [since] = recent;
  recent = [...recent.filter(({ at }) => now.at - at < WINDOW_SECONDS), now];
  const seconds = since ? now.at - since.at : 0;
  const change = (key: 'samples' | 'queries' | 'queryTime') => {
    const [from, to] = [since?.[key] ?? null, now[key]];
    const isKnown = from !== null && to !== null && to >= from;
    return isKnown && seconds > 0 && seconds >= (hasStored ? LEAST_SECONDS : 0) ? to - from : null;
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
