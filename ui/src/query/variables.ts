import { namedSelectors, type Query, type TagFilter } from './model';

/** The chosen values of each variable; `null` stands for all. */
export type Bindings = Readonly<Record<string, readonly string[] | null>>;

const REFERENCE = /\$([A-Za-z][A-Za-z0-9_]*)/g;

/** The variables a query mentions. */
export function variablesIn(query: Query): string[] {
  const texts = namedSelectors(query.builder).flatMap((selector) =>
    selector.filters.map((filter) => filter.value),
  );
  if (query.mode === 'sql') {
    texts.push(query.sql);
  }
  const names = texts.flatMap((text) =>
    [...text.matchAll(REFERENCE)].map((match) => match[1] ?? ''),
  );
  return [...new Set(names)];
}

/**
 * Filters with variables filled in. A filter on all values of a variable falls away; one on
 * several becomes a regular expression.
 */
export function bindFilters(filters: readonly TagFilter[], bindings: Bindings): TagFilter[] {
  return filters.flatMap((filter) => {
    const name = /^\$([A-Za-z][A-Za-z0-9_]*)$/.exec(filter.value)?.[1];
    const values = name === undefined ? undefined : bindings[name];
    if (values === undefined) {
      return [filter];
    }
    if (values === null) {
      return [];
    }
    const [only] = values;
    const isExact = filter.op === '=' || filter.op === '!=';
    if (values.length === 1 && only !== undefined && isExact) {
      return [{ ...filter, value: only }];
    }
    const op = filter.op === '=' || filter.op === '=~' ? '=~' : '!~';
    return [{ ...filter, op, value: values.map(escapeRegex).join('|') }];
  });
}

/**
 * SQL with variables filled in as quoted values, for `IN ($host)`.
 *
 * @param all the values that "all" stands for
 */
export function bindSql(
  sql: string,
  bindings: Bindings,
  all: Readonly<Record<string, readonly string[]>>,
): string {
  return sql.replace(REFERENCE, (reference, name: string) => {
    const values = bindings[name] === null ? all[name] : bindings[name];
    if (!values) {
      return reference;
    }
    return values.length === 0
      ? 'NULL'
      : values.map((v) => `'${v.replaceAll("'", "''")}'`).join(', ');
  });
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
