import { isRecord, strings } from '../prefs/stored';
import {
  ACROSS,
  ALIAS,
  type BuilderQuery,
  EMPTY_BUILDER,
  EMPTY_QUERY,
  OPERATORS,
  type Query,
  type Selector,
} from '../query/model';
import { number, oneOf, readLayout, records, text } from './fields';
import { DEFAULT_OPTIONS, type Panel } from './model';

/** In the SQL that the original's builder made, and hardly in SQL that people write. */
const GENERATED = 'selector_map';

/** A panel as the original UI saved it; its layouts mean the same here. */
export function readLegacyPanel(source: Record<string, unknown>, index: number): Panel {
  return {
    id: number(source.id) ?? index + 1,
    title: text(source.title),
    layout: readLayout(source.layout, index),
    query: readLegacyQuery(source),
    bucket: number(source.bucket),
    options: DEFAULT_OPTIONS,
    repeat: '',
  };
}

/** SQL that somebody wrote stays; what the builder made, this builder makes better. */
function readLegacyQuery(source: Record<string, unknown>): Query {
  const config = isRecord(source.query) ? source.query : {};
  const found = records(config.selectors).length > 0 ? config.selectors : source.selectors;
  const selectors = records(found).map(readLegacySelector);
  const builder: BuilderQuery = {
    ...EMPTY_BUILDER,
    selectors: selectors.length > 0 ? selectors : EMPTY_BUILDER.selectors,
    across: oneOf(ACROSS, config.aggregator) ?? 'none',
    by: strings(config.groupBy),
    formula: text(config.expression),
    inputs: config.showBase !== false,
  };
  const sql = text(source.sql);
  if (sql !== '' && !sql.includes(GENERATED)) {
    return { ...EMPTY_QUERY, mode: 'sql', builder, sql: withPlaceholders(sql) };
  }
  const isBuilt = selectors.some((selector) => selector.metric !== '');
  const id = isBuilt ? null : number(records(source.metrics)[0]?.metric_id);
  return id === null
    ? { ...EMPTY_QUERY, builder }
    : { ...EMPTY_QUERY, mode: 'sql', builder, sql: sqlOfMetric(id) };
}

/** What the original ran for a panel that names just a metric. */
function sqlOfMetric(id: number): string {
  return `SELECT ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value
FROM samples
WHERE metric_id = ${id} AND ts BETWEEN {{start_ts}} AND {{end_ts}}
GROUP BY bucket
ORDER BY bucket`;
}

function withPlaceholders(sql: string): string {
  return sql.replaceAll('<start_ts>', '{{start_ts}}').replaceAll('<end_ts>', '{{end_ts}}');
}

function readLegacySelector(source: Record<string, unknown>, index: number): Selector {
  const transform = isRecord(source.transform) ? source.transform : {};
  const alias = text(source.alias);
  return {
    alias: ALIAS.test(alias) && alias !== String.fromCharCode(65 + index) ? alias : '',
    metric: text(source.metric),
    filters: records(source.tags)
      .map((tag) => ({
        tag: text(tag.key),
        op: oneOf(OPERATORS, tag.op) ?? ('=' as const),
        value: text(tag.value),
      }))
      .filter((filter) => filter.tag !== ''),
    reading: transform.op === 'rate' ? 'rate' : 'value',
  };
}
