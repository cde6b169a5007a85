import { useQueries } from '@tanstack/react-query';
import { lookupMetrics } from '../api/metrics';
import type { Metric } from '../api/types';
import {
  type BuilderQuery,
  namedSelectors,
  type Selector,
  type TagFilter,
  usableFilters,
} from './model';
import { type Bindings, bindFilters } from './variables';

const MOST = 2000;

/** The metrics a selector matches now; `more` if there are others beyond those listed. */
export interface Matches {
  metrics: readonly Metric[];
  more: boolean;
}

const NONE: Matches = { metrics: [], more: false };

/**
 * What the selectors of a query match, by alias.
 *
 * @return `undefined` until all are known
 */
export function useMatches(
  builder: BuilderQuery,
  bindings: Bindings,
): ReadonlyMap<string, Matches> | undefined {
  const selectors = namedSelectors(builder);
  return useQueries({
    queries: selectors.map((selector) => {
      const filters = bindFilters(usableFilters(selector), bindings);
      const tags = Object.fromEntries(
        filters.filter(({ op }) => op === '=').map(({ tag, value }) => [tag, value]),
      );
      return {
        queryKey: ['lookup', selector.metric, filters],
        queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Matches> => {
          const found = await lookupMetrics(selector.metric, tags, MOST, signal);
          return {
            metrics: found.metrics.filter((m) => matches(m, filters)),
            more: found.hit_limit,
          };
        },
      };
    }),
    combine: (results) =>
      results.every((result) => !result.isPending)
        ? new Map(selectors.map(({ alias }, i) => [alias, results[i]?.data ?? NONE]))
        : undefined,
  });
}

/** Seconds between samples: the longest step among the matches, 1 if there is none. */
export function longestStep(matches: ReadonlyMap<string, Matches> | undefined): number {
  const all = [...(matches?.values() ?? [])].flatMap(({ metrics }) => metrics);
  return all.reduce((longest, metric) => Math.max(longest, metric.step), 1);
}

/** The tags that a selector's matches have. */
export function tagKeysOf(
  matches: ReadonlyMap<string, Matches> | undefined,
  selector: Selector,
): string[] {
  const metrics = matches?.get(selector.alias)?.metrics ?? [];
  return [...new Set(metrics.flatMap((metric) => Object.keys(metric.tags)))].sort();
}

/** As the server decides: a missing tag is an empty one, and a pattern means the whole value. */
export function matches(metric: Metric, filters: readonly TagFilter[]): boolean {
  return filters.every(({ tag, op, value }) => {
    const own = metric.tags[tag] ?? '';
    switch (op) {
      case '=':
        return own === value;
      case '!=':
        return own !== value;
      case '=~':
        return fits(own, value);
      case '!~':
        return !fits(own, value);
    }
    return false;
  });
}

function fits(value: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 's').test(value);
  } catch {
    return true;
  }
}
