import { send } from './client';
import { Problem } from './problem';
import type { Tags } from './types';

/** `[seconds, "value"]`; the value may be `NaN`, `+Inf` or `-Inf`. */
export type PromSample = [number, string];

/** What an expression came to. */
export type PromData =
  | { resultType: 'matrix'; result: { metric: Tags; values: PromSample[] }[] }
  | { resultType: 'vector'; result: { metric: Tags; value: PromSample }[] }
  | { resultType: 'scalar' | 'string'; result: PromSample };

interface PromStats {
  timings?: { evalTotalTime?: number; execTotalTime?: number };
  samples?: { totalQueryableSamples?: number };
}

export interface PromAnswer {
  data: PromData & { stats?: PromStats };
  /** What the server has to say about the result. */
  notes: string[];
}

/** Evaluates an expression at every step of a range; both ends are epoch seconds. */
export function queryRange(
  query: string,
  range: { start: number; end: number; step: number },
  signal: AbortSignal,
): Promise<PromAnswer> {
  return ask('query_range', { query, ...range, stats: 'all' }, query, signal);
}

/** Evaluates an expression at a moment, in epoch seconds. */
export function queryInstant(
  query: string,
  time: number,
  signal: AbortSignal,
): Promise<PromAnswer> {
  return ask('query', { query, time, stats: 'all' }, query, signal);
}

/** The values of a label, of the series that a selector matches or of all. */
export async function labelValues(
  label: string,
  selector: string,
  range: { start: number; end: number },
  signal: AbortSignal,
): Promise<string[]> {
  const params = new URLSearchParams({ start: String(range.start), end: String(range.end) });
  if (selector !== '') {
    params.set('match[]', selector);
  }
  const path = `api/v1/label/${encodeURIComponent(label)}/values?${params}`;
  return ((await (await send(path, { signal })).json()) as { data: string[] }).data;
}

async function ask(
  route: string,
  parameters: Record<string, string | number>,
  expression: string,
  signal: AbortSignal,
): Promise<PromAnswer> {
  const entries = Object.entries(parameters).map(([name, value]) => [name, String(value)]);
  const form = new URLSearchParams(entries);
  try {
    const response = await send(`api/v1/${route}`, { method: 'POST', form, signal });
    const {
      data,
      warnings = [],
      infos = [],
    } = (await response.json()) as {
      data: PromAnswer['data'];
      warnings?: string[];
      infos?: string[];
    };
    return { data, notes: [...warnings, ...infos] };
  } catch (error) {
    throw error instanceof Problem ? placed(error, expression) : error;
  }
}

/** Prometheus writes the place of a mistake into its message: `1:5: parse error: …`. */
const PLACED = /^(?:invalid parameter "query": )?(\d+):(\d+): (?:parse error: )?(.*)$/s;

function placed(problem: Problem, expression: string): Problem {
  const [, line, column, message] = PLACED.exec(problem.message) ?? [];
  if (!line || !column || message === undefined) {
    return problem;
  }
  const before = expression.split('\n').slice(0, Number(line) - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0);
  const offset = Math.min(expression.length, start + Number(column) - 1);
  const length = Math.max(1, /^[\w:.]+|^/.exec(expression.slice(offset))?.[0].length ?? 1);
  return new Problem({
    status: problem.status,
    title: '',
    code: problem.code,
    detail: message,
    position: { offset, line: Number(line), column: Number(column), length },
  });
}
