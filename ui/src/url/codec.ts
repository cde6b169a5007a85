import {
  ACROSS,
  BUCKET_FUNCTIONS,
  type BuilderQuery,
  EMPTY_BUILDER,
  EMPTY_SELECTOR,
  OPERATORS,
  type Operator,
  type PromqlQuery,
  type Query,
  type Reading,
  type Selector,
  type TagFilter,
} from '../query/model';

/**
 * Queries as parameters of a link. A selector is written much as people say it:
 * `load=rate(net_bytes_sent{host="web-1",dc!~"eu.*"})`. What is at its default is left out.
 */
const SELECTOR = 's';
const SQL = 'sql';
const PER = 'per';
const ACROSS_SERIES = 'agg';
const BY = 'by';
const FORMULA = 'f';
const INPUTS = 'inputs';
const PROMQL = 'promql';
const LEGEND = 'legend';
const INSTANT = 'instant';
const QUERY_PARAMETERS = [
  SELECTOR,
  SQL,
  PER,
  ACROSS_SERIES,
  BY,
  FORMULA,
  INPUTS,
  PROMQL,
  LEGEND,
  INSTANT,
];

const SIMPLE_NAME = /^[A-Za-z_:][\w:.-]*$/;
const SELECTOR_TEXT =
  /^(?:(?<alias>[A-Za-z]\w*)=)?(?:(?<reading>rate|increase|quantiles)\((?<inner>.*)\)|(?<plain>.*))$/s;
const NAME = /^(?:(?<simple>[A-Za-z_:][\w:.-]*)|(?<quoted>"(?:[^"\\]|\\.)*"))/;
const FILTER =
  /(?:(?<simple>[A-Za-z_:][\w:.-]*)|(?<quoted>"(?:[^"\\]|\\.)*"))(?<op>=~|!~|!=|=)(?<value>"(?:[^"\\]|\\.)*")(?:,|$)/y;

/** Replaces the query in a link's parameters. */
export function writeQuery(query: Query, params: URLSearchParams): void {
  for (const name of QUERY_PARAMETERS) {
    params.delete(name);
  }
  const { builder } = query;
  for (const selector of withoutTrailingBlanks(builder.selectors)) {
    params.append(SELECTOR, selectorText(selector));
  }
  setUnless(params, PER, builder.per, EMPTY_BUILDER.per);
  setUnless(params, ACROSS_SERIES, builder.across, EMPTY_BUILDER.across);
  for (const tag of builder.by) {
    params.append(BY, tag);
  }
  setUnless(params, FORMULA, builder.formula, '');
  setUnless(params, INPUTS, builder.inputs ? '1' : '', '');
  if (query.mode === 'sql') {
    params.set(SQL, query.sql);
  }
  if (query.mode === 'promql') {
    writePromql(query.promql, params);
  }
}

/** The query in a link's parameters; what cannot be read is as if it were not there. */
export function readQuery(params: URLSearchParams): Query {
  const selectors = params.getAll(SELECTOR).flatMap((text) => parseSelector(text) ?? []);
  const builder: BuilderQuery = {
    selectors: selectors.length > 0 ? selectors : EMPTY_BUILDER.selectors,
    per: oneOf(BUCKET_FUNCTIONS, params.get(PER)) ?? EMPTY_BUILDER.per,
    across: oneOf(ACROSS, params.get(ACROSS_SERIES)) ?? EMPTY_BUILDER.across,
    by: params.getAll(BY),
    formula: params.get(FORMULA) ?? '',
    inputs: params.get(INPUTS) === '1',
  };
  const sql = params.get(SQL);
  const promql = readPromql(params);
  const mode = params.has(PROMQL) ? 'promql' : sql === null ? 'builder' : 'sql';
  return { mode, builder, sql: sql ?? '', promql };
}

/** Legends stand in the order of the expressions, if there is any. */
function writePromql({ expressions, instant }: PromqlQuery, params: URLSearchParams): void {
  for (const { expr } of expressions.length > 0 ? expressions : [{ expr: '' }]) {
    params.append(PROMQL, expr);
  }
  if (expressions.some(({ legend }) => legend !== '')) {
    for (const { legend } of expressions) {
      params.append(LEGEND, legend);
    }
  }
  setUnless(params, INSTANT, instant ? '1' : '', '');
}

function readPromql(params: URLSearchParams): PromqlQuery {
  const legends = params.getAll(LEGEND);
  return {
    expressions: params
      .getAll(PROMQL)
      .map((expr, index) => ({ expr, legend: legends[index] ?? '' })),
    instant: params.get(INSTANT) === '1',
  };
}

/** A selector as people say it. */
export function selectorText(selector: Selector): string {
  const filters = selector.filters.map(
    (filter) => `${nameText(filter.tag)}${filter.op}${JSON.stringify(filter.value)}`,
  );
  const set = nameText(selector.metric) + (filters.length > 0 ? `{${filters.join(',')}}` : '');
  const reading = selector.reading === 'value' ? set : `${selector.reading}(${set})`;
  return selector.alias ? `${selector.alias}=${reading}` : reading;
}

/** Reads {@link selectorText} back; null for anything else. */
export function parseSelector(text: string): Selector | null {
  const groups = SELECTOR_TEXT.exec(text)?.groups;
  const set = groups?.inner ?? groups?.plain ?? '';
  const name = NAME.exec(set);
  const metric = nameOf(name?.groups);
  if (!name || metric === null) {
    return null;
  }
  const filters = parseFilters(set.slice(name[0].length));
  const reading = (groups?.reading ?? 'value') as Reading;
  return filters && { alias: groups?.alias ?? '', metric, filters, reading };
}

function parseFilters(text: string): TagFilter[] | null {
  if (text === '') {
    return [];
  }
  if (!text.startsWith('{') || !text.endsWith('}')) {
    return null;
  }
  const body = text.slice(1, -1);
  const filters: TagFilter[] = [];
  FILTER.lastIndex = 0;
  while (FILTER.lastIndex < body.length) {
    const groups = FILTER.exec(body)?.groups;
    const tag = nameOf(groups);
    const op = oneOf(OPERATORS, groups?.op ?? null) as Operator | undefined;
    const value = unquoted(groups?.value);
    if (tag === null || op === undefined || value === null) {
      return null;
    }
    filters.push({ tag, op, value });
  }
  return filters;
}

function nameText(name: string): string {
  return SIMPLE_NAME.test(name) ? name : JSON.stringify(name);
}

function nameOf(groups: Record<string, string> | undefined): string | null {
  return groups?.simple ?? unquoted(groups?.quoted);
}

function unquoted(text: string | undefined): string | null {
  try {
    return text === undefined ? null : (JSON.parse(text) as string);
  } catch {
    return null;
  }
}

/** A blank one in the middle stays, because it counts for the letters of those after it. */
function withoutTrailingBlanks(selectors: readonly Selector[]): Selector[] {
  const last = selectors.findLastIndex((selector) => !isBlank(selector));
  return selectors.slice(0, last + 1);
}

function isBlank(selector: Selector): boolean {
  return selectorText(selector) === selectorText(EMPTY_SELECTOR);
}

function setUnless(params: URLSearchParams, name: string, value: string, unset: string): void {
  if (value !== unset) {
    params.set(name, value);
  }
}

function oneOf<T extends string>(values: readonly T[], text: string | null): T | undefined {
  return values.find((value) => value === text);
}
