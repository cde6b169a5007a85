import { useQuery } from '@tanstack/react-query';
import type { TimedAnswer } from '../api/query';
import type { Range } from '../time/range';
import { executeSql } from './execute';

/** So many series stand for all of a query. */
const ASKED = 20;
/** Parts of the range that are looked at by themselves, since a gap widens the mean of its part. */
const PARTS = 12;
const FEWEST = 3;
const STALE_MILLIS = 5 * 60_000;
const MOST_KNOWN = 1000;

/** By the ids asked for: what was seen, in whatever range, and when. */
const known = new Map<string, { cadence: number; at: number }>();

/**
 * Seconds between two samples of the series that a query reads, which may be far more than the step
 * of their rings.
 *
 * @param all what is read; undefined until known
 * @return undefined until known; null if the range does not tell
 */
export function useCadence(
  all: readonly number[] | undefined,
  range: Range,
  wanted: boolean,
): number | null | undefined {
  const ids = some(all ?? []);
  const key = ids.join();
  const seen = known.get(key);
  const isFresh = seen !== undefined && Date.now() - seen.at < STALE_MILLIS;
  const { data, isError } = useQuery({
    queryKey: ['cadence', ids, range],
    queryFn: async ({ signal }) => {
      const cadence = cadenceIn(await executeSql(cadenceSql(ids, range), signal));
      remember(key, cadence);
      return cadence;
    },
    enabled: wanted && ids.length > 0 && !isFresh,
    staleTime: STALE_MILLIS,
    retry: false,
  });
  if (isError || !wanted || (all && ids.length === 0)) {
    return null;
  }
  // Until it is seen anew, what was seen last goes on.
  return data ?? seen?.cadence ?? data;
}

/** A range without samples tells nothing, and another one may. */
function remember(key: string, cadence: number | null): void {
  if (cadence !== null) {
    if (known.size >= MOST_KNOWN) {
      known.clear();
    }
    known.set(key, { cadence, at: Date.now() });
  }
}

function some(all: readonly number[]): number[] {
  const distance = Math.max(1, all.length / ASKED);
  return Array.from(
    { length: Math.min(ASKED, all.length) },
    (_, i) => all[Math.floor(i * distance)] as number,
  );
}

function cadenceSql(ids: readonly number[], { from, to }: Range): string {
  const part = Math.max(1, Math.ceil((to - from) / PARTS));
  return `SELECT metric_id, ts_bucket(ts, ${part}) AS part, count(*) AS n, min(ts) AS since, max(ts) AS until
FROM samples
WHERE metric_id IN (${ids.join(', ')}) AND ts BETWEEN ${from} AND ${to}
GROUP BY metric_id, part`;
}

/** The lower quartile of the mean distances within the parts; null if none has enough samples. */
export function cadenceIn(answer: Pick<TimedAnswer, 'data'>): number | null {
  const [, , counts = [], since = [], until = []] = answer.data;
  const means = counts.flatMap((count, row) => {
    const n = Number(count);
    return n >= FEWEST ? (Number(until[row]) - Number(since[row])) / (n - 1) : [];
  });
  means.sort((a, b) => a - b);
  return means[Math.floor((means.length - 1) / 4)] ?? null;
}
