/** How a tag is compared; the last two take regular expressions that match the whole value. */
export const OPERATORS = ['=', '!=', '=~', '!~'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface TagFilter {
  tag: string;
  op: Operator;
  value: string;
}

/**
 * What a series is made of: its samples, what a counter gained (per second, or per bucket), or what
 * the buckets of a histogram gained, as quantiles.
 */
export const READINGS = ['value', 'rate', 'increase', 'quantiles'] as const;
export type Reading = (typeof READINGS)[number];

/** One named set of series. */
export interface Selector {
  /** The name in formulas and as `{{name}}` in SQL; empty for a letter by position. */
  alias: string;
  metric: string;
  filters: TagFilter[];
  reading: Reading;
}

/** How the samples of one series in one bucket become one value. */
export const BUCKET_FUNCTIONS = ['avg', 'min', 'max', 'sum', 'count', 'first', 'last'] as const;
export type BucketFunction = (typeof BUCKET_FUNCTIONS)[number];

/** How several series become one; `none` keeps each. */
export const ACROSS = ['none', 'avg', 'sum', 'min', 'max', 'count'] as const;
export type Across = (typeof ACROSS)[number];

export interface BuilderQuery {
  selectors: Selector[];
  per: BucketFunction;
  across: Across;
  /** Tags that keep series apart when they are combined. */
  by: string[];
  /** Arithmetic on aliases; empty for none. */
  formula: string;
  /** Whether to show what a formula is computed from, too. */
  inputs: boolean;
}

/** An expression of PromQL. */
export interface Expression {
  expr: string;
  /** What its series are called, as `{{host}}`; empty for their names and labels. */
  legend: string;
}

export interface PromqlQuery {
  expressions: Expression[];
  /** Whether only the end of the range is asked about. */
  instant: boolean;
}

/** A query as edited. In SQL mode the builder's selectors still say what `{{A}}` stands for. */
export interface Query {
  mode: 'builder' | 'sql' | 'promql';
  builder: BuilderQuery;
  sql: string;
  promql: PromqlQuery;
}

/** Seconds, or the name of an interval variable as `$every`; null to choose by the width. */
export type Bucket = number | `$${string}` | null;

export const ALIAS = /^[A-Za-z][A-Za-z0-9_]{0,30}$/;

export const EMPTY_SELECTOR: Selector = { alias: '', metric: '', filters: [], reading: 'value' };

export const EMPTY_BUILDER: BuilderQuery = {
  selectors: [EMPTY_SELECTOR],
  per: 'avg',
  across: 'none',
  by: [],
  formula: '',
  inputs: false,
};

export const EMPTY_PROMQL: PromqlQuery = { expressions: [], instant: false };

export const EMPTY_QUERY: Query = {
  mode: 'builder',
  builder: EMPTY_BUILDER,
  sql: '',
  promql: EMPTY_PROMQL,
};

/** A selector's name: its own, or A, B, C… by position. */
export function aliasOf(selector: Selector, index: number): string {
  return selector.alias || String.fromCharCode(65 + (index % 26));
}

/** The selectors that name a metric, each with its alias. */
export function namedSelectors(builder: BuilderQuery): (Selector & { alias: string })[] {
  return builder.selectors
    .map((selector, index) => ({ ...selector, alias: aliasOf(selector, index) }))
    .filter((selector) => selector.metric !== '');
}

/** Filters that say something: a filter without tag or value is still being typed. */
export function usableFilters(selector: Selector): TagFilter[] {
  return selector.filters.filter((filter) => filter.tag !== '' && filter.value !== '');
}

/** Whether buckets need the one before them. */
export function readsIncrease(builder: BuilderQuery): boolean {
  return namedSelectors(builder).some((selector) => selector.reading !== 'value');
}

/** Whether values of several series meet in one bucket. */
export function combines({ across, formula }: BuilderQuery): boolean {
  return across !== 'none' || formula.trim() !== '';
}

/** Whether it reads the buckets of histograms. */
export function readsHistogram({ mode, builder }: Query): boolean {
  return (
    mode === 'builder' && namedSelectors(builder).some(({ reading }) => reading === 'quantiles')
  );
}

/** Those that say something. */
export function writtenExpressions({ expressions }: PromqlQuery): Expression[] {
  return expressions.filter(({ expr }) => expr.trim() !== '');
}

/** Whether there is anything to run. */
export function isRunnable(query: Query): boolean {
  switch (query.mode) {
    case 'sql':
      return query.sql.trim() !== '';
    case 'promql':
      return writtenExpressions(query.promql).length > 0;
    case 'builder':
      return namedSelectors(query.builder).length > 0;
  }
}
