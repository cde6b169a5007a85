import { shortDuration } from '../time/duration';
import type { Range } from '../time/range';
import type { TagFilter } from './model';
import type { Binding, Bindings } from './variables';

/** What a stretch of PromQL is, as far as a name or a selector has to be found in it. */
interface Token {
  kind: 'name' | 'string' | 'sign' | 'other';
  text: string;
  at: number;
}

const TOKEN =
  /(?<name>[A-Za-z_:][\w:]*)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(?<sign>[(){}[\],])|#[^\n]*|\s+|[\d.]+\w*|./gs;
/** What a list of labels in parentheses follows. */
const LABEL_LISTS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
/** Words that are no metric, wherever they stand. */
const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'atan2', 'inf', 'nan']);

/** A selector's name, and where a matcher more can be written. */
interface Selector {
  metric: string;
  /** Behind the opening brace, or where one is missing. */
  at: number;
  braced: boolean;
}

function tokens(text: string): Token[] {
  return [...text.matchAll(TOKEN)].flatMap(({ 0: found, index, groups }): Token[] => {
    const kind = groups?.name
      ? 'name'
      : groups?.string
        ? 'string'
        : groups?.sign
          ? 'sign'
          : 'other';
    return kind === 'other' && /^(\s+|#.*)$/s.test(found)
      ? []
      : [{ kind, text: found, at: index ?? 0 }];
  });
}

/** The selectors of an expression that name a metric; what stands in braces or brackets is none. */
function selectorsIn(expression: string): Selector[] {
  const all = tokens(expression);
  const found: Selector[] = [];
  for (let i = 0; i < all.length; i++) {
    const token = all[i] as Token;
    const next = all[i + 1];
    if (token.kind === 'name' && LABEL_LISTS.has(token.text) && next?.text === '(') {
      i = closing(all, i + 1, '(', ')');
    } else if (token.text === '[') {
      i = closing(all, i, '[', ']');
    } else if (token.text === '{') {
      const end = closing(all, i, '{', '}');
      const metric = quotedName(all.slice(i + 1, end));
      if (metric !== null) {
        found.push({ metric, at: token.at + 1, braced: true });
      }
      i = end;
    } else if (token.kind === 'name' && next?.text === '{' && !isWord(token, next)) {
      found.push({ metric: token.text, at: next.at + 1, braced: true });
      i = closing(all, i + 1, '{', '}');
    } else if (token.kind === 'name' && next?.text !== '(' && !isWord(token, next)) {
      found.push({ metric: token.text, at: token.at + token.text.length, braced: false });
    }
  }
  return found;
}

/** An aggregation may have its labels before the parentheses. */
function isWord({ text }: Token, next: Token | undefined): boolean {
  return (
    WORDS.has(text.toLowerCase()) || LABEL_LISTS.has(text) || LABEL_LISTS.has(next?.text ?? '')
  );
}

function closing(all: readonly Token[], from: number, open: string, close: string): number {
  let depth = 0;
  for (let i = from; i < all.length; i++) {
    depth += all[i]?.text === open ? 1 : all[i]?.text === close ? -1 : 0;
    if (depth === 0) {
      return i;
    }
  }
  return all.length;
}

/** Of `{"a.b", …}` or `{__name__="a", …}`. */
function quotedName(inside: readonly Token[]): string | null {
  for (let i = 0; i < inside.length; i++) {
    const [before, token, next, value] = [inside[i - 1], inside[i], inside[i + 1], inside[i + 2]];
    const isAlone = (before?.text ?? ',') === ',' && (next?.text ?? ',') === ',';
    if (token?.kind === 'string' && isAlone) {
      return unquoted(token.text);
    }
    if (token?.text === '__name__' && next?.text === '=' && value?.kind === 'string') {
      return unquoted(value.text);
    }
  }
  return null;
}

function unquoted(text: string): string {
  return text.startsWith('`') ? text.slice(1, -1) : text.slice(1, -1).replace(/\\(.)/g, '$1');
}

/** The metrics that an expression names, each once. */
export function metricsIn(expression: string): string[] {
  return [...new Set(selectorsIn(expression).map(({ metric }) => metric))];
}

/**
 * An expression with further matchers in its selectors.
 *
 * @param filtersOf those for a metric
 */
export function withMatchers(
  expression: string,
  filtersOf: (metric: string) => readonly TagFilter[],
): string {
  let text = expression;
  for (const { metric, at, braced } of selectorsIn(expression).reverse()) {
    const matchers = filtersOf(metric).map(matcherText).join(',');
    if (matchers !== '') {
      const isEmpty = /^\s*}/.test(expression.slice(at));
      const added = braced ? (isEmpty ? matchers : `${matchers},`) : `{${matchers}}`;
      text = text.slice(0, at) + added + text.slice(at);
    }
  }
  return text;
}

/** `host="web-1"`; a name that is none of PromQL's is quoted. */
export function matcherText({ tag, op, value }: TagFilter): string {
  return `${labelText(tag)}${op}${quoted(value)}`;
}

export function labelText(label: string): string {
  return /^[A-Za-z_]\w*$/.test(label) ? label : quoted(label);
}

function quoted(text: string): string {
  return `"${escapedText(text)}"`;
}

function escapedText(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}

/** What Grafana's macros stand for. */
export interface Windows {
  range: Range;
  /** Seconds between two values. */
  step: number;
  /** Seconds between two samples. */
  cadence: number;
}

const REFERENCE = String.raw`\$(\w+)|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)(?::\w+)?\]\]`;
const REFERENCES = new RegExp(REFERENCE, 'g');
/** A matcher whose whole value is a variable: its operator must suit what the variable is set to. */
const MATCHER = new RegExp(String.raw`(=~|!~|!=|=)(\s*)(["'\x60])(?:${REFERENCE})\3`, 'g');
/** A window needs so many samples for a rate, of which two may be late. */
const RATE_SAMPLES = 4;

/**
 * An expression with variables filled in. As a matcher's value, several values become a pattern,
 * and all of them one that everything matches.
 *
 * @param windows null leaves the macros as they are
 */
export function bindPromql(
  expression: string,
  bindings: Bindings,
  windows: Windows | null,
): string {
  const macros = windows ? macrosOf(windows) : {};
  const bound = expression.replace(
    MATCHER,
    (whole, op: string, space: string, _quote, a?: string, b?: string, c?: string) => {
      const binding = bindings[a ?? b ?? c ?? ''];
      return binding?.kind === 'values'
        ? boundMatcher(op, space, binding.values)
        : binding?.kind === 'text'
          ? `${op}${space}"${escapedText(binding.text === '' && op.endsWith('~') ? '.*' : binding.text)}"`
          : whole;
    },
  );
  return bound.replace(REFERENCES, (reference, a?: string, b?: string, c?: string) => {
    const name = a ?? b ?? c ?? '';
    return macros[name] ?? plain(bindings[name], macros) ?? reference;
  });
}

function boundMatcher(op: string, space: string, values: readonly string[] | null): string {
  const isNegative = op.startsWith('!');
  const [only] = values ?? [];
  if (values === null) {
    // Not "none of all", which nothing is.
    return isNegative ? `!~${space}""` : `=~${space}".*"`;
  }
  if (values.length === 1 && only !== undefined && !op.endsWith('~')) {
    return `${op}${space}"${escapedText(only)}"`;
  }
  const pattern = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return `${isNegative ? '!~' : '=~'}${space}"${escapedText(pattern)}"`;
}

/** Within an expression, or a part of a matcher's value. */
function plain(
  binding: Binding | undefined,
  macros: Readonly<Record<string, string>>,
): string | undefined {
  switch (binding?.kind) {
    case 'text':
      return binding.text;
    case 'interval':
      return binding.seconds === null
        ? (macros.__interval ?? '$__interval')
        : `${binding.seconds}s`;
    case 'values': {
      const { values } = binding;
      const [only] = values ?? [];
      return values?.length === 1 ? only : values ? `(${values.join('|')})` : '.*';
    }
    default:
      return undefined;
  }
}

function macrosOf({ range, step, cadence }: Windows): Record<string, string> {
  const length = Math.max(1, range.to - range.from);
  return {
    __interval: shortDuration(step),
    __interval_ms: String(step * 1000),
    __rate_interval: shortDuration(Math.max(step + cadence, RATE_SAMPLES * cadence)),
    __range: shortDuration(length),
    __range_s: String(length),
    __range_ms: String(length * 1000),
    __from: String(range.from * 1000),
    __to: String(range.to * 1000),
  };
}

/**
 * An expression of the same length in which every variable is something that may stand there, for
 * a grammar that knows no variables.
 */
export function withoutVariables(expression: string): string {
  return expression.replace(REFERENCES, (reference, ...rest) => {
    const offset = rest.find((one): one is number => typeof one === 'number') ?? 0;
    const before = expression.slice(0, offset);
    const after = expression.slice(offset + reference.length);
    const isDuration = /[[:]\s*$|\boffset\s+-?$/.test(before) && !/^\w/.test(after);
    return isDuration ? `${'1'.repeat(reference.length - 1)}s` : 'v'.repeat(reference.length);
  });
}

/** Where a place of an asked expression is in what was written; null where that has no such place. */
export function placeInWritten(
  { offset, length }: { offset: number; length: number },
  asked: string,
  written: string,
): number | null {
  if (asked.slice(0, offset + length) === written.slice(0, offset + length)) {
    return offset;
  }
  const fromEnd = asked.length - offset;
  const isSame = fromEnd <= written.length && written.endsWith(asked.slice(offset));
  return isSame ? written.length - fromEnd : null;
}

/** `{{host}} on {{dc}}` with a series' labels filled in. */
export function legendOf(format: string, labels: Readonly<Record<string, string>>): string {
  return format.replace(/\{\{\s*([^{}]+?)\s*}}/g, (_, label: string) => labels[label] ?? '');
}
