import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metricNames } from '../api/metrics';
import { autoBucket } from '../time/bucket';
import type { Range } from '../time/range';
import { usePageTime } from '../time/TimeProvider';
import { BuilderError } from './builderSql';
import { useCadence, wholeBucket } from './cadence';
import {
  type BuilderQuery,
  combines,
  EMPTY_BUILDER,
  EMPTY_SELECTOR,
  isRunnable,
  type Query,
  type TagFilter,
} from './model';
import { bindPromql, metricsIn } from './promql';
import { type Request, toRequest } from './request';
import { longestStep, type Matches, tagKeysOf, useMatches } from './useSelectors';
import type { Bindings } from './variables';

/** Seconds; samples of a live series are not so far apart that such buckets would be empty. */
const COARSE = 600;

export interface Wanted {
  query: Query;
  /** Seconds; null to choose by the width. */
  bucket: number | null;
  /** Of the chart in pixels; 0 until known. */
  width: number;
  maxRows: number;
  /** Whether single numbers are shown, for which buckets are too coarse. */
  summary?: boolean;
  /** Whether a heatmap is drawn. */
  heatmap?: boolean;
  /** Seconds; the same is asked of so long before, too. */
  compare?: number;
  bindings: Bindings;
  /** Filters that hold wherever a metric has their tag. */
  everywhere?: readonly TagFilter[];
  choices: Readonly<Record<string, readonly string[]>>;
}

/** A query with what it takes to run it. */
export interface Prepared {
  /** Null while something is missing: a metric, the width, or what the selectors match. */
  request: Request | null;
  /** Why the query cannot be built. */
  error: BuilderError | null;
  bucket: number;
  matches: ReadonlyMap<string, Matches> | undefined;
}

export function useRequest(wanted: Wanted): Prepared {
  const { range } = usePageTime();
  const { query, bindings } = wanted;
  const names = useNamed(wanted, range);
  const builder = query.mode === 'promql' ? (names ?? EMPTY_BUILDER) : query.builder;
  const matches = useMatches(builder, bindings);
  const step = longestStep(matches);
  const length = range.to - range.from;
  const byWidth = autoBucket(length, wanted.width || 800, step);
  const observed = useCadence(
    matches && idsIn(matches),
    range,
    isRunnable(query) && byWidth < COARSE,
  );
  const isCombined = query.mode === 'builder' && combines(query.builder);
  const apart = observed ? (isCombined ? wholeBucket(observed, range) : observed.usual) : 0;
  const cadence = Math.max(step, Math.round(observed?.slowest ?? 0));
  const least = Math.max(step, Math.round(apart));
  const bucket = wanted.bucket ?? autoBucket(length, wanted.width || 800, least);
  const isKnown = matches && observed !== undefined && names !== undefined;
  if (!isRunnable(query) || wanted.width === 0 || !isKnown) {
    return { request: null, error: null, bucket, matches };
  }
  try {
    const tagKeys = (selector: Parameters<typeof tagKeysOf>[1]) => tagKeysOf(matches, selector);
    const around = {
      range,
      bucket,
      cadence,
      summary: wanted.summary ?? false,
      heatmap: wanted.heatmap ?? false,
      compare: wanted.compare ?? 0,
      maxRows: wanted.maxRows,
      bindings,
      everywhere: wanted.everywhere ?? [],
      choices: wanted.choices,
      tagKeys,
    };
    return { request: toRequest(query, around), error: null, bucket, matches };
  } catch (error) {
    if (error instanceof BuilderError) {
      return { request: null, error, bucket, matches };
    }
    throw error;
  }
}

/** So many metrics of an expression say enough of how it is to be asked. */
const MOST_NAMED = 8;

/**
 * The metrics that PromQL names, as a builder's selectors; nothing is asked of them but what they
 * are. Undefined until known; null in another language.
 */
function useNamed({ query, bindings }: Wanted, range: Range): BuilderQuery | null | undefined {
  const isPromql = query.mode === 'promql' && isRunnable(query);
  const { data, isPending } = useQuery({
    queryKey: ['names'],
    queryFn: ({ signal }) => metricNames(signal),
    enabled: isPromql,
  });
  return useMemo(() => {
    if (!isPromql) {
      return null;
    }
    if (isPending) {
      return undefined;
    }
    const known = new Set(data ?? []);
    const windows = { range, step: 60, cadence: 60 };
    const named = query.promql.expressions
      .flatMap(({ expr }) => metricsIn(bindPromql(expr, bindings, windows)))
      .filter((metric) => known.has(metric));
    const selectors = [...new Set(named)]
      .slice(0, MOST_NAMED)
      .map((metric) => ({ ...EMPTY_SELECTOR, alias: metric, metric }));
    return { ...EMPTY_BUILDER, selectors };
  }, [isPromql, isPending, data, query.promql, bindings, range]);
}

function idsIn(matches: ReadonlyMap<string, Matches>): number[] {
  return [...matches.values()].flatMap(({ metrics }) => metrics.map((m) => m.metric_id));
}
