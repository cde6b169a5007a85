import type { QuerySelector } from '../api/types';
import { alignDown } from '../time/bucket';
import type { Range } from '../time/range';
import { builderSql, summarySql } from './builderSql';
import type { PromqlRequest } from './executePromql';
import {
  aliasOf,
  EMPTY_SELECTOR,
  namedSelectors,
  type Query,
  readsHistogram,
  readsIncrease,
  type Selector,
  type TagFilter,
  usableFilters,
  writtenExpressions,
} from './model';
import { addsUp } from './openFrom';
import { bindPromql, withMatchers } from './promql';
import { type Bindings, bindFilters, bindSql } from './variables';

/** A query ready to run, without its id. Equal requests give equal answers. */
export interface Request {
  /** Empty where it is PromQL. */
  sql: string;
  /** Null where it is SQL. */
  promql: PromqlRequest | null;
  /** Asks what the samples of each series amount to; null where that is not wanted. */
  summary: string | null;
  selectors: QuerySelector[];
  /** What the user looks at; the chart shows exactly this. */
  range: Range;
  /** Where reading starts: at the start of a bucket, or some earlier where increases are read. */
  start: number;
  /** What is earlier only leads into the range; 0 if nothing does. */
  shownFrom: number;
  bucket: number;
  /** Seconds; the same is asked of so long before, too. 0 for not at all. */
  compare: number;
  /** What becomes of the buckets of histograms. */
  histogram: 'quantiles' | 'buckets';
  /** Whether the values of a bucket grow until it is full. */
  addsUp: boolean;
  maxRows: number;
  /** By alias, what to call its series. */
  names: Record<string, string>;
}

export interface Surroundings {
  range: Range;
  bucket: number;
  /** Seconds between the samples of a series, as observed. */
  cadence: number;
  /** Seconds; 0 for no comparison. */
  compare: number;
  /** Whether single numbers are shown, for which buckets are too coarse. */
  summary: boolean;
  /** Whether a heatmap is drawn, of buckets as they are. */
  heatmap: boolean;
  maxRows: number;
  bindings: Bindings;
  /** Filters that hold wherever a metric has their tag. */
  everywhere: readonly TagFilter[];
  /** By variable, every value it can take. */
  choices: Readonly<Record<string, readonly string[]>>;
  tagKeys: (selector: Selector) => readonly string[];
}

/** @throws BuilderError if the builder's query cannot be built */
export function toRequest(query: Query, around: Surroundings): Request {
  const promql = query.mode === 'promql' ? promqlRequest(query, around) : null;
  const sql = promql ? '' : bindSql(sqlText(query, around), around.bindings, around.choices);
  const { bucket, range, maxRows } = around;
  const leadIn = !promql && readsIncrease(query.builder) ? leadInOf(bucket, around.cadence) : 0;
  const first = alignDown(range.from, bucket);
  return {
    sql,
    promql,
    summary: around.summary && query.mode === 'builder' ? summarySql(query.builder) : null,
    selectors: promql ? [] : usedSelectors(query, sql, around),
    range,
    start: Math.max(0, first - leadIn),
    shownFrom: leadIn > 0 && query.mode === 'builder' ? first : 0,
    bucket,
    compare: around.compare,
    histogram: readsHistogram(query) && !around.heatmap ? 'quantiles' : 'buckets',
    addsUp: addsUp(query),
    maxRows,
    names: seriesNames(query),
  };
}

function sqlText(query: Query, around: Surroundings): string {
  return query.mode === 'sql' ? query.sql : builderSql(query.builder, around.tagKeys);
}

function promqlRequest({ promql }: Query, around: Surroundings): PromqlRequest {
  const { bindings, range, bucket, cadence, everywhere } = around;
  const windows = { range, step: bucket, cadence };
  const filtersOf = (metric: string) =>
    filtersFor(around.tagKeys({ ...EMPTY_SELECTOR, alias: metric, metric }), everywhere);
  return {
    instant: promql.instant,
    expressions: writtenExpressions(promql).map(({ expr, legend }) => ({
      expr: withMatchers(bindPromql(expr, bindings, windows), filtersOf),
      legend,
      written: expr,
    })),
  };
}

/** Whole buckets that should hold the sample before the range. */
function leadInOf(bucket: number, cadence: number): number {
  return Math.ceil(Math.max(bucket, cadence) / bucket) * bucket;
}

/** Only those that the SQL mentions: the server refuses a selector that matches nothing. */
function usedSelectors(query: Query, sql: string, around: Surroundings): QuerySelector[] {
  return namedSelectors(query.builder)
    .filter(({ alias }) => new RegExp(`\\{\\{\\s*${alias}\\s*}}`).test(sql))
    .map((selector) => {
      const own = bindFilters(usableFilters(selector), around.bindings);
      const filters = [...own, ...filtersFor(around.tagKeys(selector), around.everywhere)];
      const base = { alias: selector.alias, metric: selector.metric };
      return filters.length > 0 ? { ...base, filters } : base;
    });
}

/** Of filters that hold everywhere, those on a tag that is there. */
export function filtersFor(
  tagKeys: readonly string[],
  everywhere: readonly TagFilter[],
): TagFilter[] {
  return everywhere.filter(({ tag }) => tagKeys.includes(tag));
}

/** A selector with an alias of its own is called by it, others by their metric. */
function seriesNames(query: Query): Record<string, string> {
  const names: Record<string, string> = { formula: query.builder.formula.trim() };
  query.builder.selectors.forEach((selector, index) => {
    names[aliasOf(selector, index)] = selector.alias || selector.metric;
  });
  return names;
}
