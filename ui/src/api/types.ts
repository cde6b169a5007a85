/** The HTTP API's own words; fields are named as on the wire. Times are epoch seconds. */

export type Tags = Record<string, string>;

/** 0 for a gauge, 1 for a counter. */
export type MetricType = number;
export const COUNTER = 1;

export interface Metric {
  metric_id: number;
  name: string;
  tags: Tags;
  type: MetricType;
  /** Seconds per slot. */
  step: number;
  slots: number;
}

export interface MetricPage {
  metrics: Metric[];
  next_cursor?: string;
}

export interface MetricLookup {
  metrics: Metric[];
  hit_limit: boolean;
  limit: number;
}

export interface CounterState {
  last_ts: number;
  last_raw_value: number;
  resets: number;
  increase: number;
}

/** One metric with what its ring holds. */
export interface MetricDetail extends Metric {
  /** How far back a full ring reaches. */
  window_seconds: number;
  created_at: number;
  /** Slots that hold a sample. */
  samples: number;
  /** samples / slots */
  fill: number;
  oldest_ts: number | null;
  newest_ts: number | null;
  newest_value: number | null;
  counter: CounterState | null;
  retention_pending: boolean;
}

export interface SeriesRow {
  bucket: number;
  value: number | null;
}

export interface Retention {
  step: number;
  slots: number;
}

/** A selector of `POST /query`: the metrics that `{{alias}}` stands for. */
export interface QuerySelector {
  alias: string;
  metric: string;
  filters?: { tag: string; op: string; value: string }[];
}

export interface QueryRequest {
  sql: string;
  selectors?: QuerySelector[];
  start_ts?: number;
  end_ts?: number;
  bucket?: number;
  max_rows?: number;
}

export interface Column {
  name: string;
  type: string;
}

/** A whole number beyond 2^53 is a bigint, so that no digit is lost. */
export type Value = number | bigint | string | boolean | null;

export interface QueryStats {
  elapsed_ms: number;
  planning_ms: number;
  plan_cached: boolean;
  samples_scanned: number;
  bytes_scanned: number;
  series: number;
  rows: number;
}

/** The columnar answer: `data[i]` holds the values of `columns[i]`. */
export interface QueryAnswer {
  query_id: string;
  columns: Column[];
  data: Value[][];
  count: number;
  truncated: boolean;
  stats: QueryStats;
}

export interface RunningQuery {
  query_id: string;
  sql: string;
  client: string;
  state: string;
  since: string;
  age_ms: number;
}

export interface SlowQuery {
  query_id: string;
  sql: string;
  client: string;
  ended: string;
  elapsed_ms: number;
  outcome: string;
}

export interface DashboardEntry {
  slug: string;
  title: string;
  /** Whether it comes from a file of the server, and can only be read. */
  provided?: boolean;
}

/** A dashboard as stored; what `definition` holds is the UI's own business. */
export interface StoredDashboard extends DashboardEntry {
  definition: unknown;
}

export interface RejectedSample {
  at: string;
  reason: string;
  detail: string;
  topic: string;
  partition: number;
  offset: number;
  samples: number;
  payload: string;
}

export interface Version {
  version: string;
  commit: string;
  built: string;
  java: string;
}

/** Where in the SQL a problem is; `line` and `column` count from 1. */
export interface Position {
  offset: number;
  line: number;
  column: number;
  length: number;
}

/** RFC 9457, with this API's own members. */
export interface ProblemBody {
  status: number;
  title: string;
  detail: string;
  code?: string;
  hint?: string;
  query_id?: string;
  request_id?: string;
  position?: Position;
}

/** `GET /schema`: what SQL can name. */
export interface Schema {
  tables: { name: string; columns: { name: string; type: string }[] }[];
  functions: SchemaFunction[];
}

export interface SchemaFunction {
  name: string;
  kind: string;
  signature: string;
  help: string;
}

/**
 * `GET /stats/cardinality`: by tag, `values` says how many; by value, `key` is the tag. `total` counts
 * names, tags or values.
 */
export interface CardinalityReport {
  by: CardinalityKind;
  total: number;
  items: { value: string; series: number; key?: string; values?: number }[];
}

export type CardinalityKind = 'name' | 'tag' | 'value';
