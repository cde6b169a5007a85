import { aliasesIn, FormulaError, formulaSql, parseFormula } from './formula';
import {
  ALIAS,
  type BucketFunction,
  type BuilderQuery,
  namedSelectors,
  type Reading,
  type Selector,
} from './model';
import { BUCKET_TAG } from './quantiles';

/** A query that cannot be built; `field` says where to show why. */
export class BuilderError extends Error {
  constructor(
    readonly field: 'selectors' | 'formula' | 'by',
    message: string,
  ) {
    super(message);
  }
}

/** The alias under which a formula's result comes back. */
export const FORMULA_ALIAS = 'formula';

/** Column names of the generated SQL that a tag must not take. */
const TAKEN = new Set(['bucket', 'alias', 'metric_id', 'value', 'name']);

type Named = Selector & { alias: string };

/**
 * The SQL of a builder's query. It uses the placeholders of `POST /query`: `{{A}}` for the
 * metrics of selector A, `{{start_ts}}`, `{{end_ts}}` and `{{bucket}}`.
 *
 * @param tagKeys the tags that the metrics of a selector have: without aggregation, a formula
 *     pairs the series that agree on all of them
 * @throws BuilderError
 */
export function builderSql(
  query: BuilderQuery,
  tagKeys: (selector: Selector) => readonly string[],
): string {
  const selectors = checkedSelectors(query);
  const formula = query.formula.trim() ? checkedFormula(query, selectors) : null;
  if (!formula && query.across === 'none') {
    return `${unionSql(selectors, query)}\nORDER BY bucket`;
  }
  // Quantiles are made of a histogram's buckets, which therefore stay apart.
  const isHistogram = selectors.some(({ reading }) => reading === 'quantiles');
  const by = isHistogram ? [...new Set([...query.by, BUCKET_TAG])] : query.by;
  const keys = query.across === 'none' ? commonTags(selectors, tagKeys) : by;
  const parts = [cte('series', unionSql(selectors, query))];
  if (keys.length > 0) {
    parts.push(cte('tags', tagsSql(selectors, keys)));
  }
  const combined = query.across === 'none' ? taggedSql(keys) : groupedSql(query.across, keys);
  if (!formula) {
    return withSql(parts, `${combined}\nORDER BY bucket`);
  }
  parts.push(cte('inputs', combined), cte('wide', wideSql(selectors, keys)));
  return withSql(parts, `${formulaSelect(formula, keys, query.inputs)}\nORDER BY bucket`);
}

/**
 * The SQL of what the samples of each series amount to over the whole range, whatever its buckets
 * are; null for a query whose lines are not simply series.
 */
export function summarySql(query: BuilderQuery): string | null {
  const selectors = checkedSelectors(query);
  const isPlain =
    query.per === 'avg' &&
    query.across === 'none' &&
    query.formula.trim() === '' &&
    selectors.every(({ reading }) => reading === 'value');
  const select = ({ alias }: Named) =>
    `SELECT ${literal(alias)} AS alias, metric_id, max(ts) AS at, last(value, ts) AS last,
  avg(value) AS mean, min(value) AS least, max(value) AS most, sum(value) AS total,
  first(value, ts) AS first
FROM samples
WHERE metric_id IN ({{${alias}}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
GROUP BY metric_id`;
  return isPlain ? selectors.map(select).join('\nUNION ALL\n') : null;
}

/** The name a tag has as a column. */
export function tagColumn(tag: string): string {
  return TAKEN.has(tag.toLowerCase()) ? `${tag}_tag` : tag;
}

function checkedSelectors(query: BuilderQuery): Named[] {
  const selectors = namedSelectors(query);
  if (selectors.length === 0) {
    throw new BuilderError('selectors', 'Choose a metric.');
  }
  const seen = new Set<string>();
  for (const { alias } of selectors) {
    if (!ALIAS.test(alias)) {
      throw new BuilderError(
        'selectors',
        `The alias ${alias} must be a letter, then letters, digits or _.`,
      );
    }
    if (seen.has(alias.toLowerCase()) || alias.toLowerCase() === FORMULA_ALIAS) {
      throw new BuilderError('selectors', `The alias ${alias} is taken.`);
    }
    seen.add(alias.toLowerCase());
  }
  return selectors;
}

function checkedFormula(query: BuilderQuery, selectors: Named[]): string {
  try {
    const expression = parseFormula(query.formula);
    for (const alias of aliasesIn(expression)) {
      if (!selectors.some((selector) => selector.alias === alias)) {
        throw new BuilderError('formula', `There is no query ${alias}.`);
      }
    }
    return formulaSql(expression, quoted);
  } catch (error) {
    if (error instanceof FormulaError) {
      throw new BuilderError('formula', `Position ${error.offset + 1}: ${error.message}.`);
    }
    throw error;
  }
}

function commonTags(
  selectors: Named[],
  tagKeys: (selector: Selector) => readonly string[],
): string[] {
  const [head, ...others] = selectors.map((selector) => [...tagKeys(selector)].sort());
  if (others.some((keys) => keys.join('\n') !== head?.join('\n'))) {
    throw new BuilderError(
      'by',
      'These metrics have different tags. Choose how to combine series, and by which tags.',
    );
  }
  return head ?? [];
}

function unionSql(selectors: Named[], query: BuilderQuery): string {
  return selectors.map((selector) => readSql(selector, query)).join('\nUNION ALL\n');
}

/** One row for each bucket and series of a selector. */
function readSql(selector: Named, query: BuilderQuery): string {
  const name = `${literal(selector.alias)} AS alias`;
  if (selector.reading === 'value') {
    const per = needsTs(query.per) ? `${query.per}(value, ts)` : `${query.per}(value)`;
    return `SELECT ${name}, metric_id, ts_bucket(ts, {{bucket}}) AS bucket, ${per} AS value
FROM samples
WHERE metric_id IN ({{${selector.alias}}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
GROUP BY metric_id, bucket`;
  }
  return `SELECT ${name}, ${gainsSql(selector.reading, `{{${selector.alias}}}`)}`;
}

/**
 * What counters gained, without its SELECT: a row with metric_id, bucket and value for each bucket
 * with samples, but for the first, which only leads into the range.
 *
 * @param ids of the counters, as SQL
 */
export function gainsSql(reading: Exclude<Reading, 'value'>, ids: string): string {
  return `metric_id, bucket, ${gainSql(reading)} AS value
FROM (
  SELECT metric_id, bucket, inside, head, since, until,
    LAG(tail) OVER w AS before, LAG(until) OVER w AS seen
  FROM (
    SELECT metric_id, ts_bucket(ts, {{bucket}}) AS bucket, increase(value, ts) AS inside,
      first(value, ts) AS head, last(value, ts) AS tail, min(ts) AS since, max(ts) AS until
    FROM samples
    WHERE metric_id IN (${ids}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
    GROUP BY metric_id, bucket
  )
  WINDOW w AS (PARTITION BY metric_id ORDER BY bucket)
)
WHERE bucket > {{start_ts}} AND (inside IS NOT NULL OR before IS NOT NULL)`;
}

function needsTs(per: BucketFunction): boolean {
  return per === 'first' || per === 'last';
}

/**
 * What a counter gained in a bucket: between its samples, and from the sample before the bucket to
 * its first. After a reset the counter started at zero, so that the new value is the gain. A rate
 * is over the time that those samples span.
 */
function gainSql(reading: Exclude<Reading, 'value'>): string {
  const gain =
    '(COALESCE(inside, 0) + CASE WHEN before IS NULL THEN 0 WHEN head < before THEN head ELSE head - before END)';
  return reading === 'rate' ? `${gain} / (until - COALESCE(seen, since))` : gain;
}

function tagsSql(selectors: Named[], keys: readonly string[]): string {
  const ids = selectors.map((selector) => `metric_id IN ({{${selector.alias}}})`).join(' OR ');
  const columns = keys.map(
    (key) =>
      `max(CASE WHEN tag_key = ${literal(key)} THEN tag_value END) AS ${quoted(tagColumn(key))}`,
  );
  return `SELECT metric_id, ${columns.join(', ')}
FROM metric_tags
WHERE ${ids}
GROUP BY metric_id`;
}

function taggedSql(keys: readonly string[]): string {
  const columns = keys.map((key) => `t.${quoted(tagColumn(key))}, `).join('');
  return `SELECT s.bucket, s.alias, ${columns}s.value
FROM series AS s${tagsJoin(keys)}`;
}

function groupedSql(across: string, keys: readonly string[]): string {
  const columns = keys.map((key) => `t.${quoted(tagColumn(key))}`);
  const group = ['s.bucket', 's.alias', ...columns].join(', ');
  return `SELECT ${group}, ${across}(s.value) AS value
FROM series AS s${tagsJoin(keys)}
GROUP BY ${group}`;
}

function tagsJoin(keys: readonly string[]): string {
  return keys.length > 0 ? '\nLEFT JOIN tags AS t ON t.metric_id = s.metric_id' : '';
}

/** A column for each alias. A bucket that one of them lacks stays, with null there. */
function wideSql(selectors: Named[], keys: readonly string[]): string {
  const group = ['bucket', ...keys.map((key) => quoted(tagColumn(key)))].join(', ');
  const columns = selectors.map(
    ({ alias }) => `max(CASE WHEN alias = ${literal(alias)} THEN value END) AS ${quoted(alias)}`,
  );
  return `SELECT ${group}, ${columns.join(', ')}
FROM inputs
GROUP BY ${group}`;
}

function formulaSelect(formula: string, keys: readonly string[], inputs: boolean): string {
  const columns = keys.map((key) => `${quoted(tagColumn(key))}, `).join('');
  const result = `SELECT bucket, ${literal(FORMULA_ALIAS)} AS alias, ${columns}${formula} AS value
FROM wide`;
  return inputs
    ? `${result}\nUNION ALL\nSELECT bucket, alias, ${columns}value FROM inputs`
    : result;
}

function withSql(parts: string[], select: string): string {
  return `WITH ${parts.join(', ')}\n${select}`;
}

function cte(name: string, sql: string): string {
  return `${name} AS (\n${sql.replace(/^/gm, '  ')}\n)`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
