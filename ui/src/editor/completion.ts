import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { keywordCompletionSource, SQLDialect, sql } from '@codemirror/lang-sql';
import { LanguageSupport, syntaxTree } from '@codemirror/language';
import type { Schema } from '../api/types';

/** What can be named in SQL. */
export interface Names {
  schema: Schema;
  metrics: readonly string[];
  tags: Readonly<Record<string, readonly string[]>>;
  /** Aliases of selectors, for `{{A}}`. */
  aliases: readonly string[];
}

const KEYWORDS =
  'select from where and or not in is null as on join left right full outer inner cross group by having order asc desc limit offset union all distinct case when then else end with over partition window between exists values explain plan for cast true false filter rows range unbounded preceding following current row nulls first last using intersect except';
const BUILTIN =
  'count sum avg min max stddev variance any_value abs ceil floor round sign sqrt exp ln log10 power mod greatest least coalesce nullif lower upper char_length substring trim position lag lead row_number rank dense_rank ntile first_value last_value nth_value';
const TYPES = 'bigint integer double decimal varchar boolean timestamp date tinyint';

const PLACEHOLDERS = ['start_ts', 'end_ts', 'bucket'];
const MOST = 200;

const dialect = SQLDialect.define({
  keywords: KEYWORDS,
  builtin: BUILTIN,
  types: TYPES,
  operatorChars: '*+-%<>!=/',
  doubleQuotedStrings: false,
});

/** The language, with completion of everything in {@link Names}. */
export function sqlSupport(names: () => Names): LanguageSupport {
  const base = sql({ dialect });
  return new LanguageSupport(dialect.language, [
    base.support,
    dialect.language.data.of({ autocomplete: keywordCompletionSource(dialect, true) }),
    dialect.language.data.of({
      autocomplete: (context: CompletionContext) => complete(context, names()),
    }),
  ]);
}

/** Names of tables, columns and functions, placeholders, and inside quotes metrics and tags. */
export function complete(context: CompletionContext, names: Names): CompletionResult | null {
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  if (/Comment/.test(node.name)) {
    return null;
  }
  const placeholder = context.matchBefore(/\{\{\s*[A-Za-z0-9_]*$/);
  if (placeholder) {
    return placeholders(context, placeholder, names);
  }
  if (node.name === 'String' && node.from < context.pos) {
    return quoted(context, node.from + 1, names);
  }
  const word = context.matchBefore(/[A-Za-z_][A-Za-z0-9_]*$/);
  return word || context.explicit
    ? { from: word?.from ?? context.pos, options: schemaNames(names.schema), validFor: /^\w*$/ }
    : null;
}

function placeholders(
  context: CompletionContext,
  match: { from: number; text: string },
  names: Names,
): CompletionResult {
  const from =
    match.from + match.text.length - (/[A-Za-z0-9_]*$/.exec(match.text)?.[0].length ?? 0);
  const closed = context.state.sliceDoc(context.pos, context.pos + 2) === '}}';
  const options = [...names.aliases, ...PLACEHOLDERS].map((label) => ({
    label,
    apply: closed ? label : `${label}}}`,
    type: 'variable',
  }));
  return { from, options };
}

/** Values of the tag that the text before compares with, its keys, or metric names. */
function quoted(context: CompletionContext, from: number, names: Names): CompletionResult {
  const before = context.state.sliceDoc(Math.max(0, from - 200), from - 1);
  const words = /(tag_key|tag_value|name)\s*(?:=|<>|!=|in\s*\([^)]*)\s*$/i
    .exec(before)?.[1]
    ?.toLowerCase();
  const labels = quotedWords(words, before, names);
  const options = labels.slice(0, MOST).map((label) => ({ label, type: 'text' }));
  return { from, options };
}

function quotedWords(column: string | undefined, before: string, names: Names): string[] {
  switch (column) {
    case 'name':
      return [...names.metrics];
    case 'tag_key':
      return Object.keys(names.tags);
    case 'tag_value': {
      const key = [...before.matchAll(/tag_key\s*=\s*'([^']*)'/gi)].at(-1)?.[1];
      const values = key === undefined ? undefined : names.tags[key];
      return values ? [...values] : [...new Set(Object.values(names.tags).flat())];
    }
    default:
      return [
        ...names.metrics,
        ...Object.keys(names.tags),
        ...new Set(Object.values(names.tags).flat()),
      ];
  }
}

function schemaNames(schema: Schema): Completion[] {
  const columns = new Map<string, Completion>();
  for (const table of schema.tables) {
    for (const column of table.columns) {
      const seen = columns.get(column.name);
      const detail = seen ? `${seen.detail}, ${table.name}` : `${column.type} of ${table.name}`;
      columns.set(column.name, { label: column.name, type: 'property', detail, boost: 1 });
    }
  }
  return [
    ...schema.tables.map(({ name }) => ({ label: name, type: 'class', detail: 'table', boost: 2 })),
    ...columns.values(),
    ...schema.functions.map(({ name, signature, help }) => ({
      label: name,
      type: 'function',
      detail: signature.slice(name.length),
      info: help,
    })),
  ];
}
