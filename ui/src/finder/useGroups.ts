import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { lookupMetrics, tagValues } from '../api/metrics';
import type { Metric } from '../api/types';
import { executeSql } from '../query/execute';
import { compareNaturally } from '../query/natural';
import { fits, fitsName, needsTags, parseSearch, type Search, searchSql } from './search';

/** The series of one name. */
export interface Group {
  name: string;
  series: number;
  /** The one with the smallest id; its tags are not known yet. */
  first: Metric;
}

const STALE_MILLIS = 60_000;
const MOST_SERIES = 2000;

/** What a search finds, by name; undefined until known. Names alone are searched here at once. */
export function useGroups(text: string) {
  const search = useMemo(() => parseSearch(text), [text]);
  const tags = useQuery({
    queryKey: ['tag-values', ''],
    queryFn: ({ signal }) => tagValues(undefined, signal),
    enabled: search.words.length + search.filters.length > 0,
    staleTime: STALE_MILLIS,
  });
  const byTags = tags.data ? needsTags(search, tags.data) : search.filters.length > 0;
  const condition = byTags ? searchSql(search, tags.data ?? {}) : '';
  const { data, error } = useQuery({
    queryKey: ['groups', condition],
    queryFn: ({ signal }) => groups(condition, signal),
    enabled: !byTags || tags.data !== undefined,
    staleTime: STALE_MILLIS,
    placeholderData: (before) => before,
  });
  const found = useMemo(
    () => (byTags ? data : data?.filter(({ name }) => fitsName(name, search.words))),
    [data, byTags, search],
  );
  return { groups: found, error, search };
}

/** The series of opened groups that a search is for, by name. */
export function useMembers(
  names: readonly string[],
  search: Search,
): ReadonlyMap<string, readonly Metric[]> {
  const exact = search.filters.filter(({ op }) => op === '=');
  const tags = Object.fromEntries(exact.map(({ tag, value }) => [tag, value]));
  return useQueries({
    queries: names.map((name) => ({
      queryKey: ['members', name, tags],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        lookupMetrics(name, tags, MOST_SERIES, signal),
      staleTime: STALE_MILLIS,
    })),
    combine: (results) =>
      new Map(
        names.map((name, i) => {
          const all = results[i]?.data?.metrics ?? [];
          return [name, all.filter((metric) => fits(metric, search)).sort(byTagsOf)];
        }),
      ),
  });
}

function byTagsOf(a: Metric, b: Metric): number {
  return compareNaturally(tagText(a), tagText(b));
}

function tagText(metric: Metric): string {
  return Object.entries(metric.tags)
    .map((pair) => pair.join('='))
    .sort()
    .join(' ');
}

async function groups(condition: string, signal: AbortSignal): Promise<Group[]> {
  const { data } = await executeSql(
    `SELECT name, count(*) AS series, min(metric_id) AS id, min(type) AS type, min(step) AS step,
  min(slots) AS slots
FROM metrics
${condition}
GROUP BY name`,
    signal,
  );
  const [names = [], counts = [], ids = [], types = [], steps = [], slots = []] = data;
  return names
    .map((name, row) => ({
      name: String(name),
      series: Number(counts[row]),
      first: {
        metric_id: Number(ids[row]),
        name: String(name),
        tags: {},
        type: Number(types[row]),
        step: Number(steps[row]),
        slots: Number(slots[row]),
      },
    }))
    .sort((a, b) => compareNaturally(a.name, b.name));
}
