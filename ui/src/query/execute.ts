import { inTurn } from '../api/limiter';
import { runSql, type TimedAnswer } from '../api/query';
import { formatDuration } from '../time/duration';
import type { PromqlRequest } from './executePromql';
import { fullName, isMetricId, type MetricName, type Series, toSeries } from './frame';
import { quantilesOf } from './quantiles';
import type { Request } from './request';
import { readSummaries, type Summaries } from './summary';

/** A request with its answer, ready to be shown. */
export interface Outcome {
  request: Request;
  answer: TimedAnswer;
  /** What the ids in the answer stand for. */
  metrics: ReadonlyMap<number, MetricName>;
  series: Series[];
  /** What their samples amount to, where it was asked for. */
  summaries: Summaries | null;
  /** What the server has to say about it. */
  notes: readonly string[];
  /** When it came, epoch milliseconds. */
  at: number;
}

const CHUNK = 1000;
const MAX_KNOWN = 100_000;
const known = new Map<number, MetricName>();
const NO_METRICS: ReadonlyMap<number, MetricName> = new Map();

export function execute(request: Request, signal: AbortSignal): Promise<Outcome> {
  return request.promql
    ? executeExpressions(request, request.promql, signal)
    : executeQuery(request, signal);
}

async function executeExpressions(
  request: Request,
  promql: PromqlRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { range, bucket, compare } = request;
  // Most first visits have no need of it.
  const { executePromql } = await import('./executePromql');
  const before = { from: range.from - compare, to: range.to - compare };
  const [now, earlier] = await Promise.all([
    executePromql(promql, range, bucket, signal),
    compare === 0 ? null : executePromql(promql, before, bucket, signal),
  ]);
  const series = [...now.series, ...(earlier?.series ?? []).map((one) => moved(one, request))];
  return { ...now, request, metrics: NO_METRICS, series, summaries: null, at: Date.now() };
}

async function executeQuery(request: Request, signal: AbortSignal): Promise<Outcome> {
  const [answer, earlier, summaries] = await Promise.all([
    inTurn(signal, () => runSql(wire(request), signal)),
    request.compare === 0 ? null : askEarlier(request, signal),
    request.summary === null ? null : summarise(request, request.summary, signal),
  ]);
  const metrics = await metricNames(idsIn(answer), signal);
  const { names: aliases, shownFrom: from } = request;
  const lines = (found: TimedAnswer, since: number) => {
    const all = toSeries(found, { metrics, aliases, from: since });
    return request.histogram === 'quantiles' ? quantilesOf(all) : all;
  };
  const now = lines(answer, from);
  const before = earlier ? lines(earlier, 0) : [];
  const series = [...now, ...before.map((one) => moved(one, request))];
  return { request, answer, metrics, series, summaries, notes: [], at: Date.now() };
}

function askEarlier(request: Request, signal: AbortSignal): Promise<TimedAnswer> {
  const { range, start, compare } = request;
  const shifted = {
    ...request,
    range: { from: range.from - compare, to: range.to - compare },
    start: Math.max(0, start - compare),
  };
  return inTurn(signal, () => runSql(wire(shifted), signal));
}

/** An earlier series under the times of now, named by how long ago it was. */
function moved(series: Series, { compare, shownFrom }: Request): Series {
  const xs = series.xs.map((x) => x + compare);
  const first = xs.findIndex((x) => x >= shownFrom);
  const { metric: _, exact: __, ...others } = series;
  return {
    ...others,
    key: `earlier ${series.key}`,
    labels: { ...series.labels, period: `${formatDuration(compare)} earlier` },
    earlierOf: fullName(series),
    xs: first < 0 ? [] : xs.slice(first),
    ys: first < 0 ? [] : series.ys.slice(first),
  };
}

async function summarise(request: Request, sql: string, signal: AbortSignal): Promise<Summaries> {
  const start = request.range.from;
  return readSummaries(
    await inTurn(signal, () => runSql(wire({ ...request, sql, start }), signal)),
  );
}

/** Runs a statement on metadata, or an EXPLAIN, which need no range. */
export function executeSql(sql: string, signal: AbortSignal): Promise<TimedAnswer> {
  return inTurn(signal, () => runSql({ sql }, signal));
}

/** The plan of a request's SQL, line by line. */
export async function explain(request: Request, signal: AbortSignal): Promise<TimedAnswer> {
  const sql = `EXPLAIN PLAN FOR ${request.sql}`;
  return inTurn(signal, () => runSql({ ...wire(request), sql }, signal));
}

function wire(request: Request) {
  const { sql, selectors, range, start, bucket, maxRows } = request;
  return {
    sql,
    selectors,
    start_ts: start,
    end_ts: range.to,
    bucket,
    max_rows: maxRows,
  };
}

function idsIn(answer: TimedAnswer): number[] {
  const column = answer.columns.findIndex(isMetricId);
  return column < 0 ? [] : [...new Set(answer.data[column] as number[])];
}

async function metricNames(
  ids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, MetricName>> {
  const unknown = ids.filter((id) => id !== null && !known.has(id));
  if (known.size + unknown.length > MAX_KNOWN) {
    known.clear();
  }
  for (let i = 0; i < unknown.length; i += CHUNK) {
    await learn(unknown.slice(i, i + CHUNK), signal);
  }
  return known;
}

async function learn(ids: readonly number[], signal: AbortSignal): Promise<void> {
  const answer = await executeSql(
    `SELECT m.metric_id, m.name, t.tag_key, t.tag_value
FROM metrics AS m LEFT JOIN metric_tags AS t ON t.metric_id = m.metric_id
WHERE m.metric_id IN (${ids.join(', ')})`,
    signal,
  );
  const [metricIds = [], names = [], keys = [], values = []] = answer.data;
  metricIds.forEach((id, row) => {
    const metric = known.get(Number(id)) ?? { name: String(names[row]), tags: {} };
    const key = keys[row];
    if (key !== null && key !== undefined) {
      metric.tags[String(key)] = String(values[row]);
    }
    known.set(Number(id), metric);
  });
}
