import { formatDuration } from '../time/duration';
import { namedSelectors, type Query, type TagFilter } from './model';

/** What a variable is set to. */
export type Binding =
  /** The chosen values of a tag; null stands for all. */
  | { kind: 'values'; values: readonly string[] | null }
  | { kind: 'text'; text: string }
  /** The length of a bucket; null leaves it to the width of the chart. */
  | { kind: 'interval'; seconds: number | null };

/** By the name of a variable. */
export type Bindings = Readonly<Record<string, Binding>>;

const REFERENCE = /\$([A-Za-z][A-Za-z0-9_]*)/g;

/** The variables a query mentions. */
export function variablesIn(query: Query): string[] {
  const texts = namedSelectors(query.builder).flatMap((selector) =>
    selector.filters.map((filter) => filter.value),
  );
  if (query.mode === 'sql') {
    texts.push(query.sql);
  }
  if (query.mode === 'promql') {
    texts.push(...query.promql.expressions.map(({ expr }) => expr));
  }
  const names = texts.flatMap((text) =>
    [...text.matchAll(REFERENCE)].map((match) => match[1] ?? ''),
  );
  return [...new Set(names)];
}

/**
 * Filters with variables filled in. A filter on all values of a variable, or on an empty text,
 * falls away; one on several becomes a regular expression. A text is a pattern where the filter
 * takes one.
 */
export function bindFilters(filters: readonly TagFilter[], bindings: Bindings): TagFilter[] {
  return filters.flatMap((filter) => {
    const name = /^\$([A-Za-z][A-Za-z0-9_]*)$/.exec(filter.value)?.[1];
    const binding = name === undefined ? undefined : bindings[name];
    switch (binding?.kind) {
      case 'values':
        return binding.values === null ? [] : [oneOf(filter, binding.values)];
      case 'text':
        return binding.text === '' ? [] : [{ ...filter, value: binding.text }];
      default:
        return [filter];
    }
  });
}

function oneOf(filter: TagFilter, values: readonly string[]): TagFilter {
  const [only] = values;
  const isExact = filter.op === '=' || filter.op === '!=';
  if (values.length === 1 && only !== undefined && isExact) {
    return { ...filter, value: only };
  }
  const op = filter.op === '=' || filter.op === '=~' ? '=~' : '!~';
  return { ...filter, op, value: values.map(escapeRegex).join('|') };
}

/**
 * SQL with variables filled in: values and texts are quoted, for `IN ($host)`, and an interval is a
 * number of seconds.
 *
 * @param all the values that "all" stands for
 */
export function bindSql(
  sql: string,
  bindings: Bindings,
  all: Readonly<Record<string, readonly string[]>>,
): string {
  return sql.replace(REFERENCE, (reference, name: string) => {
    const binding = bindings[name];
    switch (binding?.kind) {
      case 'text':
        return quoted(binding.text);
      case 'interval':
        return binding.seconds === null ? '{{bucket}}' : String(binding.seconds);
      case 'values': {
        const values = binding.values ?? all[name];
        return values?.map(quoted).join(', ').replace(/^$/, 'NULL') ?? reference;
      }
      default:
        return reference;
    }
  });
}

/** A title with variables filled in, for people. */
export function bindTitle(title: string, bindings: Bindings): string {
  return title.replace(REFERENCE, (reference, name: string) => {
    const binding = bindings[name];
    switch (binding?.kind) {
      case 'text':
        return binding.text;
      case 'interval':
        return binding.seconds === null ? 'auto' : formatDuration(binding.seconds);
      case 'values':
        return binding.values?.join(', ') ?? 'all';
      default:
        return reference;
    }
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
