import { inTurn } from '../api/limiter';
import { isAbort, Problem } from '../api/problem';
import { type PromAnswer, type PromSample, queryInstant, queryRange } from '../api/promql';
import type { TimedAnswer } from '../api/query';
import type { Tags, Value } from '../api/types';
import type { Range } from '../time/range';
import { fullName, type Series } from './frame';
import type { Expression } from './model';
import { compareNaturally } from './natural';
import { legendOf } from './promql';
import { BUCKET_TAG } from './quantiles';

/** An expression ready to be evaluated. */
export interface AskedExpression extends Expression {
  /** As it stands in the editor: with variables, and without the filters of all panels. */
  written: string;
}

export interface PromqlRequest {
  expressions: readonly AskedExpression[];
  /** Whether only the end of the range is asked about. */
  instant: boolean;
}

export interface PromqlOutcome {
  answer: TimedAnswer;
  series: Series[];
  notes: string[];
}

/** Which of the expressions failed. */
export class ExpressionProblem extends Problem {
  readonly expression: number;

  constructor(cause: Problem, expression: number) {
    super({
      status: cause.status,
      title: '',
      detail: cause.message,
      code: cause.code,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      ...(cause.position === undefined ? {} : { position: cause.position }),
    });
    this.expression = expression;
  }
}

interface Found {
  expression: number;
  labels: Tags;
  samples: PromSample[];
}

/** Evaluates expressions over a range or at its end. */
export async function executePromql(
  { expressions, instant }: PromqlRequest,
  range: Range,
  step: number,
  signal: AbortSignal,
): Promise<PromqlOutcome> {
  const started = performance.now();
  const start = Math.ceil(range.from / step) * step;
  const answers = await Promise.all(
    expressions.map(({ expr }, index) =>
      inTurn(signal, () =>
        instant
          ? queryInstant(expr, range.to, signal)
          : queryRange(expr, { start: Math.min(start, range.to), end: range.to, step }, signal),
      ).catch((error) => {
        throw error instanceof Problem && !isAbort(error)
          ? new ExpressionProblem(error, index)
          : error;
      }),
    ),
  );
  const found = answers.flatMap(({ data }, expression) =>
    samplesOf(data).map((one): Found => ({ expression, ...one })),
  );
  const total = performance.now() - started;
  return {
    answer: { ...tableOf(found, expressions), ...costOf(answers, found.length, total) },
    series: seriesOf(found, expressions),
    notes: [...new Set(answers.flatMap(({ notes }) => notes))],
  };
}

function samplesOf(data: PromAnswer['data']): { labels: Tags; samples: PromSample[] }[] {
  switch (data.resultType) {
    case 'matrix':
      return data.result.map(({ metric, values }) => ({ labels: metric, samples: values }));
    case 'vector':
      return data.result.map(({ metric, value }) => ({ labels: metric, samples: [value] }));
    default:
      return [{ labels: {}, samples: [data.result] }];
  }
}

/** A line for each; a legend names it, else its metric, else, without labels, its expression. */
function seriesOf(found: readonly Found[], expressions: readonly Expression[]): Series[] {
  const legends = found.map(({ expression, labels }) => {
    const format = expressions[expression]?.legend ?? '';
    return format === '' ? '' : legendOf(format, labels);
  });
  const counts = new Map<string, number>();
  for (const legend of legends) {
    counts.set(legend, (counts.get(legend) ?? 0) + 1);
  }
  const several = expressions.length > 1;
  const series = found.map(({ expression, labels: all, samples }, i): Series => {
    const { __name__: metric, ...labels } = all;
    const text = (expressions[expression]?.expr ?? '').replace(/\s+/g, ' ').trim();
    const isAlone = Object.keys(labels).length === 0;
    const legend = legends[i] ?? '';
    const isOwn = legend !== '' && counts.get(legend) === 1;
    return {
      key: `${expression} ${fullName({ name: metric ?? '', labels })}`,
      name: legend || metric || (isAlone || several ? text : ''),
      labels: isOwn ? boundIn(labels) : labels,
      xs: samples.map(([at]) => at),
      ys: samples.map(([, value]) => finite(value)),
    };
  });
  return expressions.length === 1 && found.every(({ samples }) => samples.length === 1)
    ? series // as sort() and topk() put them
    : series.sort((a, b) => compareNaturally(fullName(a), fullName(b)));
}

/** A heatmap needs it, whatever a legend says. */
function boundIn({ [BUCKET_TAG]: bound }: Tags): Tags {
  return bound === undefined ? {} : { [BUCKET_TAG]: bound };
}

/** A chart has no place for what is not a number, or infinite. */
function finite(value: string): number | null {
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

const NOT_FINITE = /^(NaN|[+-]?Inf)$/i;

/** A row for each sample, as it came. */
function tableOf(
  found: readonly Found[],
  expressions: readonly Expression[],
): Pick<TimedAnswer, 'columns' | 'data' | 'count'> {
  const labels = [...new Set(found.flatMap((one) => Object.keys(one.labels)))].sort();
  const several = expressions.length > 1;
  const rows = found.flatMap((one) => one.samples.map((sample) => ({ one, sample })));
  const text = (name: string) => ({ name, type: 'varchar' });
  const columns = [
    { name: 'ts', type: 'double' },
    ...(several ? [text('expression')] : []),
    ...labels.map(text),
    { name: 'value', type: 'double' },
  ];
  const data: Value[][] = [
    rows.map(({ sample }) => sample[0]),
    ...(several ? [rows.map(({ one }) => expressions[one.expression]?.expr ?? '')] : []),
    ...labels.map((label) => rows.map(({ one }) => one.labels[label] ?? null)),
    rows.map(({ sample: [, value] }) => (NOT_FINITE.test(value) ? value : Number(value))),
  ];
  return { columns, data, count: rows.length };
}

function costOf(
  answers: readonly PromAnswer[],
  series: number,
  total: number,
): Pick<TimedAnswer, 'query_id' | 'truncated' | 'stats' | 'total_ms'> {
  const sum = (of: (answer: PromAnswer) => number | undefined) =>
    answers.reduce((all, answer) => all + (of(answer) ?? 0), 0);
  const seconds = sum(({ data }) => data.stats?.timings?.execTotalTime);
  return {
    query_id: '',
    truncated: false,
    total_ms: total,
    stats: {
      elapsed_ms: seconds > 0 ? Math.min(total, seconds * 1000) : total,
      planning_ms: 0,
      plan_cached: false,
      samples_scanned: sum(({ data }) => data.stats?.samples?.totalQueryableSamples),
      bytes_scanned: 0,
      series,
      rows: 0,
    },
  };
}
