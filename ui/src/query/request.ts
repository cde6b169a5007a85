import type { QuerySelector } from '../api/types';
import { alignDown } from '../time/bucket';
import type { Range } from '../time/range';
import { builderSql } from './builderSql';
import {
  aliasOf,
  namedSelectors,
  type Query,
  readsIncrease,
  type Selector,
  usableFilters,
} from './model';
import { type Bindings, bindFilters, bindSql } from './variables';

/** A query ready to run, without its id. Equal requests give equal answers. */
export interface Request {
  sql: string;
  selectors: QuerySelector[];
  /** What the user looks at; the chart shows exactly this. */
  range: Range;
  /** Where reading starts: at the start of a bucket, one earlier where increases are read. */
  start: number;
  bucket: number;
  maxRows: number;
  /** By alias, what to call its series. */
  names: Record<string, string>;
}

export interface Surroundings {
  range: Range;
  bucket: number;
  maxRows: number;
  bindings: Bindings;
  /** By variable, every value it can take. */
  choices: Readonly<Record<string, readonly string[]>>;
  tagKeys: (selector: Selector) => readonly string[];
}

/** @throws BuilderError if the builder's query cannot be built */
export function toRequest(query: Query, around: Surroundings): Request {
  const text = query.mode === 'sql' ? query.sql : builderSql(query.builder, around.tagKeys);
  const sql = bindSql(text, around.bindings, around.choices);
  const { bucket, range, maxRows } = around;
  const leadIn = readsIncrease(query.builder) ? bucket : 0;
  return {
    sql,
    selectors: usedSelectors(query, sql, around.bindings),
    range,
    start: Math.max(0, alignDown(range.from, bucket) - leadIn),
    bucket,
    maxRows,
    names: seriesNames(query),
  };
}

/** Only those that the SQL mentions: the server refuses a selector that matches nothing. */
function usedSelectors(query: Query, sql: string, bindings: Bindings): QuerySelector[] {
  return namedSelectors(query.builder)
    .filter(({ alias }) => new RegExp(`\\{\\{\\s*${alias}\\s*}}`).test(sql))
    .map((selector) => {
      const filters = bindFilters(usableFilters(selector), bindings);
      const base = { alias: selector.alias, metric: selector.metric };
      return filters.length > 0 ? { ...base, filters } : base;
    });
}

/** A selector with an alias of its own is called by it, others by their metric. */
function seriesNames(query: Query): Record<string, string> {
  const names: Record<string, string> = { formula: query.builder.formula.trim() };
  query.builder.selectors.forEach((selector, index) => {
    names[aliasOf(selector, index)] = selector.alias || selector.metric;
  });
  return names;
}
