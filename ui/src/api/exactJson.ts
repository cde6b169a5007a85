import type { Column, QueryAnswer, Value } from './types';

/** A text, or a number; of the latter those that a double may not hold are of interest. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG = /(?<![\d.])\d{16,}(?![\d.eE])/;
const LARGE = /^-?\d{16,}$/;
/** What no text of an answer begins with. */
const MARK = '\u0001';
const MAP = 'map';
const WHOLE_TYPES = new Set(['bigint', 'decimal']);

/**
 * Reads an answer so that whole numbers beyond 2^53 keep all their digits; maps become their JSON.
 */
export function parseAnswer(text: string): QueryAnswer {
  const isExact = LONG.test(text);
  const marked = isExact
    ? text.replace(TOKEN, (token) => (isLarge(token) ? `"\\u0001${token}"` : token))
    : text;
  const answer = JSON.parse(marked) as QueryAnswer;
  if (!isExact && !answer.columns.some(isMap)) {
    return answer;
  }
  const data = answer.data.map((column, index) => {
    const type = answer.columns[index]?.type ?? '';
    if (type === MAP) {
      return column.map((value) => (value === null ? null : stringifyExact(value)));
    }
    const isWhole = WHOLE_TYPES.has(type);
    return column.map((value) => unmarked(value, isWhole));
  });
  return { ...answer, data };
}

/** Whether a column holds maps of texts, as JSON. */
export function isMap(column: Column): boolean {
  return column.type === MAP;
}

function unmarked(value: Value, isWhole: boolean): Value {
  if (typeof value !== 'string' || !value.startsWith(MARK)) {
    return value;
  }
  return isWhole ? BigInt(value.slice(1)) : Number(value.slice(1));
}

function isLarge(token: string): boolean {
  return LARGE.test(token) && !Number.isSafeInteger(Number(token));
}

/** JSON of values that may be bigints. */
export function stringifyExact(value: unknown, indent?: number): string {
  const marked = JSON.stringify(
    value,
    (_, one: unknown) => (typeof one === 'bigint' ? `${MARK}${one}` : one),
    indent,
  );
  return marked.replace(/"\\u0001(-?\d+)"/g, '$1');
}
