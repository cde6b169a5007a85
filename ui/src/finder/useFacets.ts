import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { tagValues } from '../api/metrics';
import { executeSql } from '../query/execute';
import { compareNaturally } from '../query/natural';
import { parseSearch, type Search, searchSql, withoutTag } from './search';

const STALE_MILLIS = 60_000;

/** A tag, or a value of one, and how many series have it. */
export interface Facet {
  text: string;
  series: number;
}

/** The tags that what a search finds has; undefined until known. */
export function useTagFacets(text: string): readonly Facet[] | undefined {
  const search = useMemo(() => parseSearch(text), [text]);
  const among = useAmong(search);
  const { data } = useQuery({
    queryKey: ['facets', among],
    queryFn: ({ signal }) => facets('tag_key', among ? `WHERE ${among}` : '', signal),
    enabled: among !== undefined,
    staleTime: STALE_MILLIS,
    placeholderData: (before) => before,
  });
  return data;
}

/** The values of a tag that one could choose; undefined until known. */
export function useValueFacets(text: string, tag: string): readonly Facet[] | undefined {
  // Those of the same tag that are not chosen yet can be chosen as well.
  const search = useMemo(() => withoutTag(parseSearch(text), tag), [text, tag]);
  const among = useAmong(search);
  const own = `tag_key = '${tag.replaceAll("'", "''")}'`;
  const condition = among ? `WHERE ${own} AND ${among}` : `WHERE ${own}`;
  const { data } = useQuery({
    queryKey: ['facets', tag, among],
    queryFn: ({ signal }) => facets('tag_value', condition, signal),
    enabled: among !== undefined,
    staleTime: STALE_MILLIS,
    placeholderData: (before) => before,
  });
  return data;
}

/** The condition that rows of `metric_tags` belong to what is found; undefined until it is known. */
function useAmong(search: Search): string | undefined {
  const { data: tags } = useQuery({
    queryKey: ['tag-values', ''],
    queryFn: ({ signal }) => tagValues(undefined, signal),
    staleTime: STALE_MILLIS,
  });
  if (!tags) {
    return undefined;
  }
  const condition = searchSql(search, tags);
  return condition && `metric_id IN (SELECT metric_id FROM metrics ${condition})`;
}

async function facets(
  column: 'tag_key' | 'tag_value',
  condition: string,
  signal: AbortSignal,
): Promise<Facet[]> {
  const { data } = await executeSql(
    `SELECT ${column}, count(*) AS series FROM metric_tags ${condition} GROUP BY ${column}`,
    signal,
  );
  const [texts = [], counts = []] = data;
  return texts
    .map((text, row) => ({ text: String(text), series: Number(counts[row]) }))
    .sort((a, b) => compareNaturally(a.text, b.text));
}
