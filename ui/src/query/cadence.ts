import { useQuery } from '@tanstack/react-query';
import type { TimedAnswer } from '../api/query';
import type { Range } from '../time/range';
import { executeSql } from './execute';

/** So many series stand for all of a query. */
const ASKED = 20;
/** Parts of the range that are looked at by themselves, since a gap widens the mean of its part. */
const PARTS = 12;
const FEWEST = 3;
/** A sum of series has at least so many buckets in a range, even if one series is rarer. */
const FEWEST_BUCKETS = 4;
const STALE_MILLIS = 5 * 60_000;
const MOST_KNOWN = 1000;

/** How far apart samples of several series are, in seconds. */
export interface Cadence {
  /** Those of most series. */
  usual: number;
  /** Those of the rarest. */
  slowest: number;
  /** So long that each stretch has a sample of every series, also of those that come unevenly. */
  whole: number;
}

/** By the ids asked for: what was seen, in whatever range, and when. */
const known = new Map<string, { cadence: Cadence; at: number }>();

/**
 * How far apart samples of the series are that a query reads, which may be far more than the step
 * of their rings.
 *
 * @param all what is read; undefined until known
 * @return undefined until known; null if the range does not tell
 */
export function useCadence(
  all: readonly number[] | undefined,
  range: Range,
  wanted: boolean,
): Cadence | null | undefined {
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
function remember(key: string, cadence: Cadence | null): void {
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

/** Null if there are not enough samples to tell. */
export function cadenceIn(answer: Pick<TimedAnswer, 'data'>): Cadence | null {
  const all = [...partsOf(answer).values()].flatMap((parts) => cadenceOf(parts) ?? []);
  const usual = lowerQuartile(all.map(({ seconds }) => seconds));
  if (usual === undefined) {
    return null;
  }
  const slowest = Math.max(...all.map(({ seconds }) => seconds));
  const whole = Math.max(...all.map(({ seconds, isEven }) => (isEven ? seconds : 2 * seconds)));
  return { usual, slowest, whole };
}

/** How long buckets of series that are combined must be, so that none lacks one of them. */
export function wholeBucket({ usual, whole }: Cadence, { from, to }: Range): number {
  return Math.max(usual, Math.min(whole, (to - from) / FEWEST_BUCKETS));
}

interface Part {
  count: number;
  since: number;
  until: number;
}

function partsOf({ data }: Pick<TimedAnswer, 'data'>): Map<number, Part[]> {
  const [ids = [], , counts = [], since = [], until = []] = data;
  const bySeries = new Map<number, Part[]>();
  ids.forEach((id, row) => {
    const part = {
      count: Number(counts[row]),
      since: Number(since[row]),
      until: Number(until[row]),
    };
    const parts = bySeries.get(Number(id));
    if (parts) {
      parts.push(part);
    } else {
      bySeries.set(Number(id), [part]);
    }
  });
  return bySeries;
}

/** Of the parts by themselves; where they are too short for that, of all of them. */
function cadenceOf(parts: readonly Part[]): { seconds: number; isEven: boolean } | null {
  const means = parts.filter(({ count }) => count >= FEWEST).map(meanOf);
  const seconds = lowerQuartile(means);
  if (seconds !== undefined) {
    const like = means.filter((mean) => mean === seconds);
    return { seconds, isEven: 2 * like.length > means.length };
  }
  const all = {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    since: Math.min(...parts.map(({ since }) => since)),
    until: Math.max(...parts.map(({ until }) => until)),
  };
  return all.count > 1 ? { seconds: meanOf(all), isEven: true } : null;
}

function meanOf({ count, since, until }: Part): number {
  return (until - since) / (count - 1);
}

/** A few gaps do not reach it. */
function lowerQuartile(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 4)];
}
