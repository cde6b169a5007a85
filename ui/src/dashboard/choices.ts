import { inTurn } from '../api/limiter';
import { metricNames, tagValues } from '../api/metrics';
import { labelValues, queryInstant } from '../api/promql';
import { fullName } from '../query/frame';
import { compareNaturally } from '../query/natural';
import { bindPromql } from '../query/promql';
import type { Bindings } from '../query/variables';
import type { Range } from '../time/range';
import type { Variable } from './model';

/** What a variable's query asks for, in Grafana's words. */
export type Asked =
  | { kind: 'label'; selector: string; label: string }
  | { kind: 'result'; expression: string }
  | { kind: 'metrics'; pattern: string };

const CALL = /^\s*(label_values|query_result|metrics)\s*\((.*)\)\s*$/s;

/** Null for anything else. */
export function askedOf(query: string): Asked | null {
  const [, call, inside = ''] = CALL.exec(query) ?? [];
  switch (call) {
    case 'label_values': {
      const comma = inside.lastIndexOf(',');
      const label = inside.slice(comma + 1).trim();
      const selector = comma < 0 ? '' : inside.slice(0, comma).trim();
      return /^[A-Za-z_][\w.]*$/.test(label) ? { kind: 'label', selector, label } : null;
    }
    case 'query_result':
      return { kind: 'result', expression: inside.trim() };
    case 'metrics':
      return { kind: 'metrics', pattern: inside.trim() };
    default:
      return null;
  }
}

/** A variable's query with the variables before it filled in; its choices change with it. */
export function boundQuery({ query }: Variable, bindings: Bindings): string {
  return bindPromql(query, bindings, null);
}

/** What a variable can be set to, in natural order. */
export async function choicesOf(
  variable: Variable,
  query: string,
  range: Range,
  signal: AbortSignal,
): Promise<string[]> {
  if (variable.kind === 'tag') {
    const all = await tagValues(variable.metric || undefined, signal);
    return [...(all[variable.tag] ?? [])].sort(compareNaturally);
  }
  const asked = askedOf(query);
  const found = asked ? await inTurn(signal, () => answersTo(asked, range, signal)) : [];
  return taken(found, variable.regex).sort(compareNaturally);
}

async function answersTo(asked: Asked, range: Range, signal: AbortSignal): Promise<string[]> {
  switch (asked.kind) {
    case 'label':
      return labelValues(asked.label, asked.selector, { start: range.from, end: range.to }, signal);
    case 'metrics': {
      const names = await metricNames(signal);
      const pattern = patternOf(asked.pattern);
      return pattern ? names.filter((name) => pattern.test(name)) : names;
    }
    case 'result': {
      const { data } = await queryInstant(asked.expression, range.to, signal);
      return data.resultType === 'vector'
        ? data.result.map(({ metric: { __name__: name = '', ...labels }, value: [at, value] }) => {
            return `${fullName({ name, labels })} ${value} ${Math.round(at * 1000)}`;
          })
        : [];
    }
  }
}

/** The values that a pattern finds, or what its first group holds of them; each once. */
export function taken(values: readonly string[], regex: string): string[] {
  const pattern = patternOf(regex);
  const kept = pattern
    ? values.flatMap((value) => {
        const match = pattern.exec(value);
        return match ? [match.groups?.value ?? match[1] ?? match[0]] : [];
      })
    : values;
  return [...new Set(kept)].filter((value) => value !== '');
}

/** `/pattern/flags`, or a pattern alone; null for none, or none that can be read. */
function patternOf(text: string): RegExp | null {
  const [, slashed, flags] = /^\/(.*)\/([imsu]*)$/s.exec(text) ?? [];
  const pattern = slashed ?? text;
  try {
    return pattern === '' ? null : new RegExp(pattern, flags ?? '');
  } catch {
    return null;
  }
}

export function listed(query: string): string[] {
  return query
    .split(',')
    .map((value) => value.trim())
    .filter(Boolean);
}
