import type { Metric } from '../api/types';
import { OPERATORS, type TagFilter } from '../query/model';
import { matches } from '../query/useSelectors';

/** What a search asks for: words in the name or in a value of a tag, and tags themselves. */
export interface Search {
  words: readonly string[];
  filters: readonly TagFilter[];
}

/** What stands between spaces; quotes keep a value with spaces together. */
const PART = /(?:[^\s"]+|"[^"]*")+/g;
const FILTER = /^([A-Za-z_][\w.:/-]*)(=~|!~|!=|=)(.*)$/;

/** Reads `fleet net`, `host=web-03` or `role=~web|db`; all of it must hold. */
export function parseSearch(text: string): Search {
  const words: string[] = [];
  const filters: TagFilter[] = [];
  for (const part of text.match(PART) ?? []) {
    const [, tag, sign, value] = FILTER.exec(part) ?? [];
    const op = OPERATORS.find((one) => one === sign);
    if (tag && op && value !== undefined) {
      // One that is still being typed does not hide everything; `tag!=` asks for those that have it.
      if (value !== '' || op === '!=') {
        filters.push({ tag, op, value: value.replace(/^"(.*)"$/, '$1') });
      }
    } else {
      words.push(part.replace(/^"(.*)"$/, '$1').toLowerCase());
    }
  }
  return { words, filters };
}

export function fitsName(name: string, words: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return words.every((word) => lower.includes(word));
}

export function fits(metric: Metric, { words, filters }: Search): boolean {
  const texts = [metric.name, ...Object.values(metric.tags)].map((text) => text.toLowerCase());
  return (
    words.every((word) => texts.some((text) => text.includes(word))) && matches(metric, filters)
  );
}

/** Whether names alone cannot tell: a tag is asked for, or a word is in a value of one. */
export function needsTags(
  { words, filters }: Search,
  tags: Readonly<Record<string, readonly string[]>>,
): boolean {
  const values = Object.values(tags).flat();
  return (
    filters.length > 0 ||
    words.some((word) => values.some((value) => value.toLowerCase().includes(word)))
  );
}

/** The condition of a search on the table `metrics`; empty for none. */
export function searchSql(
  { words, filters }: Search,
  tags: Readonly<Record<string, readonly string[]>>,
): string {
  const conditions = [
    ...words.map((word) => {
      const like = `LIKE ${literal(`%${word.replace(/[!%_]/g, '!$&')}%`)} ESCAPE '!'`;
      return `(lower(name) ${like} OR ${within(`lower(tag_value) ${like}`)})`;
    }),
    ...filters.map((filter) => filterSql(filter, tags[filter.tag] ?? [])),
  ];
  return conditions.length === 0 ? '' : `WHERE ${conditions.join('\n  AND ')}`;
}

/** A missing tag is an empty one, and a pattern means the whole value, as everywhere. */
function filterSql(filter: TagFilter, values: readonly string[]): string {
  const accepted = (value: string) => matches(tagged(filter.tag, value), [filter]);
  const key = `tag_key = ${literal(filter.tag)}`;
  const some = values.filter((value) => accepted(value)).map(literal);
  const own = some.length === 0 ? 'FALSE' : within(`${key} AND tag_value IN (${some.join(', ')})`);
  return accepted('') ? `(${own} OR NOT ${within(key)})` : own;
}

function tagged(tag: string, value: string): Metric {
  return { metric_id: 0, name: '', tags: { [tag]: value }, type: 0, step: 1, slots: 1 };
}

function within(condition: string): string {
  return `metric_id IN (SELECT metric_id FROM metric_tags WHERE ${condition})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The values of a tag that a search asks for by name, one or several of them. */
export function chosenValues(text: string, tag: string): string[] {
  return parseSearch(text).filters.flatMap((filter) => {
    if (filter.tag !== tag) {
      return [];
    }
    return filter.op === '='
      ? [filter.value]
      : filter.op === '=~'
        ? alternatives(filter.value)
        : [];
  });
}

/** A search that asks for one value of a tag more, or no longer for it. */
export function withToggled(text: string, tag: string, value: string): string {
  const before = chosenValues(text, tag);
  const values = before.includes(value)
    ? before.filter((one) => one !== value)
    : [...before, value];
  const others = (text.match(PART) ?? []).filter((part) => {
    const [, name, op] = FILTER.exec(part) ?? [];
    return name !== tag || (op !== '=' && op !== '=~');
  });
  const [only] = values;
  if (only === undefined) {
    return others.join(' ');
  }
  const own = values.length === 1 ? only : values.map(escaped).join('|');
  return [...others, `${tag}${values.length === 1 ? '=' : '=~'}${quotedPart(own)}`].join(' ');
}

/** Without what is asked of a tag. */
export function withoutTag({ words, filters }: Search, tag: string): Search {
  return { words, filters: filters.filter((filter) => filter.tag !== tag) };
}

/** The texts that a pattern like `a|b` means; none if it is more than that. */
function alternatives(pattern: string): string[] {
  const parts = pattern.match(/(?:\\.|[^\\|])+/g) ?? [];
  const plain = parts.every((part) => !/[.*+?^${}()[\]]/.test(part.replace(/\\./g, '')));
  return plain ? parts.map((part) => part.replace(/\\(.)/g, '$1')) : [];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function quotedPart(text: string): string {
  return /\s/.test(text) ? `"${text}"` : text;
}
