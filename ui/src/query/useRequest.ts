import { autoBucket } from '../time/bucket';
import { usePageTime } from '../time/TimeProvider';
import { BuilderError } from './builderSql';
import { isRunnable, type Query } from './model';
import { type Request, toRequest } from './request';
import { longestStep, type Matches, tagKeysOf, useMatches } from './useSelectors';
import type { Bindings } from './variables';

export interface Wanted {
  query: Query;
  /** Seconds; null to choose by the width. */
  bucket: number | null;
  /** Of the chart in pixels; 0 until known. */
  width: number;
  maxRows: number;
  bindings: Bindings;
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
  const matches = useMatches(query.builder, bindings);
  const step = longestStep(matches);
  const length = range.to - range.from;
  const bucket = wanted.bucket ?? autoBucket(length, wanted.width || 800, step);
  if (!isRunnable(query) || wanted.width === 0 || !matches) {
    return { request: null, error: null, bucket, matches };
  }
  try {
    const tagKeys = (selector: Parameters<typeof tagKeysOf>[1]) => tagKeysOf(matches, selector);
    const around = {
      range,
      bucket,
      maxRows: wanted.maxRows,
      bindings,
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
