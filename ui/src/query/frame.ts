import { isMap } from '../api/exactJson';
import type { Column, QueryAnswer, Tags, Value } from '../api/types';
import { compareNaturally } from './natural';

/** One line of a chart. Times ascend; both arrays have the same length. */
export interface Series {
  /** Tells it apart from the others of the same answer, and is the same on every refresh. */
  key: string;
  name: string;
  labels: Tags;
  /** Alias and id of the metric whose samples it shows, where it is one's. */
  metric?: string;
  /** The full name of the one it is an earlier stretch of. */
  earlierOf?: string;
  xs: number[];
  ys: (number | null)[];
  /** By time, the whole numbers among the values that a double cannot hold; none if absent. */
  exact?: ReadonlyMap<number, bigint>;
}

export interface MetricName {
  name: string;
  tags: Tags;
}

/** What ids and aliases in an answer stand for. */
export interface Naming {
  metrics: ReadonlyMap<number, MetricName>;
  aliases: Readonly<Record<string, string>>;
  /** Epoch seconds; what was read before only leads into the range. */
  from?: number;
}

const TIME_COLUMNS = ['bucket', 'ts', 'time', 'timestamp'];
const NUMBER_TYPES = new Set([
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'decimal',
  'real',
  'float',
  'double',
]);

export function isNumberColumn(column: Column): boolean {
  return NUMBER_TYPES.has(column.type);
}

/** The index of the column with the time of each row; -1 if there is none. */
export function timeColumn(columns: readonly Column[]): number {
  for (const name of TIME_COLUMNS) {
    const index = columns.findIndex((c) => c.name.toLowerCase() === name && isNumberColumn(c));
    if (index >= 0) {
      return index;
    }
  }
  return -1;
}

/** The index of the column that has the times of `ts` in milliseconds; -1 if there is none. */
function millisColumn(columns: readonly Column[], time: number): number {
  return columns[time]?.name.toLowerCase() === 'ts'
    ? columns.findIndex((c) => c.name.toLowerCase() === 'ts_ms' && isNumberColumn(c))
    : -1;
}

/** Whether a column is `type` of the table `samples`: what kind of metric it is, not a reading. */
function isMetricType(column: Column): boolean {
  return column.name.toLowerCase() === 'type' && column.type === 'tinyint';
}

/** Whether a column holds ids of metrics. */
export function isMetricId(column: Column): boolean {
  return column.name.toLowerCase() === 'metric_id' && isNumberColumn(column);
}

/**
 * The lines of an answer: one for each number column and each combination of the other columns.
 * Empty if the answer has no time column.
 */
export function toSeries(answer: QueryAnswer, naming: Naming): Series[] {
  const time = timeColumn(answer.columns);
  if (time < 0) {
    return [];
  }
  const millis = millisColumn(answer.columns, time);
  const at = (index: number) => answer.columns[index] as Column;
  const indexes = answer.columns
    .map((_, index) => index)
    .filter((index) => index !== time && index !== millis && !isMetricType(at(index)));
  const isValue = (index: number) => isNumberColumn(at(index)) && !isMetricId(at(index));
  const labelColumns = indexes.filter((index) => !isValue(index));
  const valueColumns = indexes.filter(isValue);
  const groups = groupRows(answer, labelColumns);
  const times =
    millis < 0
      ? (answer.data[time] ?? [])
      : (answer.data[millis] ?? []).map((value) => inSeconds(value));
  const series = valueColumns.flatMap((index) =>
    [...groups].map(([key, rows]) => {
      const { name, labels, metric } = describe(answer, labelColumns, rows[0] ?? 0, naming);
      const column = at(index).name;
      const named =
        valueColumns.length > 1 || name === '' ? [name, column].filter(Boolean).join(' ') : name;
      return {
        key: `${column} ${key}`,
        name: named,
        labels,
        ...(metric === undefined ? {} : { metric }),
        ...points(times, answer.data[index] ?? [], rows, naming.from ?? 0),
      };
    }),
  );
  const names = new Map(series.map((one) => [one, fullName(one)]));
  return series.sort((a, b) => compareNaturally(names.get(a) ?? '', names.get(b) ?? ''));
}

/** Row numbers by the text of their labels. */
function groupRows(answer: QueryAnswer, labelColumns: number[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  const columns = labelColumns.map((index) => answer.data[index] ?? []);
  const count = answer.data[0]?.length ?? 0;
  for (let row = 0; row < count; row++) {
    let key = '';
    for (const column of columns) {
      key += `${column[row]}\u0000`;
    }
    const rows = groups.get(key);
    if (rows) {
      rows.push(row);
    } else {
      groups.set(key, [row]);
    }
  }
  return groups;
}

function points(
  times: readonly Value[],
  values: readonly Value[],
  rows: readonly number[],
  from: number,
): Pick<Series, 'xs' | 'ys' | 'exact'> {
  const time = (row: number) => times[row] as number;
  const usable = rows.filter((row) => typeof times[row] === 'number' && time(row) >= from);
  if (usable.some((row, i) => i > 0 && time(row) < time(usable[i - 1] as number))) {
    usable.sort((a, b) => time(a) - time(b));
  }
  const exact = new Map<number, bigint>();
  const ys = usable.map((row) => {
    const value = values[row];
    if (typeof value === 'bigint') {
      exact.set(time(row), value);
    }
    return asNumber(value);
  });
  return { xs: usable.map(time), ys, ...(exact.size > 0 ? { exact } : {}) };
}

function inSeconds(millis: Value): number | null {
  const value = asNumber(millis);
  return value === null ? null : value / 1000;
}

function asNumber(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : null;
}

function describe(
  answer: QueryAnswer,
  labelColumns: number[],
  row: number,
  naming: Naming,
): { name: string; labels: Tags; metric?: string } {
  let name = '';
  let alias = '';
  let id = '';
  const labels: Tags = {};
  for (const index of labelColumns) {
    const column = answer.columns[index] as Column;
    const value = answer.data[index]?.[row] ?? null;
    const metric = isMetricId(column) ? naming.metrics.get(Number(value)) : undefined;
    if (isMap(column)) {
      const { __name__, ...tags } = (JSON.parse(String(value)) as Tags | null) ?? {};
      name ||= __name__ ?? '';
      Object.assign(labels, tags);
    } else if (metric) {
      name ||= metric.name;
      id = String(value);
      Object.assign(labels, metric.tags);
    } else if (column.name.toLowerCase() === 'alias') {
      alias = String(value);
      name = naming.aliases[alias] ?? alias;
    } else if (value !== null) {
      labels[column.name] = String(value);
    }
  }
  return { name, labels, ...(alias && id ? { metric: `${alias} ${id}` } : {}) };
}

/** `cpu_percent{host="a"}`. */
export function fullName(series: Pick<Series, 'name' | 'labels'>): string {
  return withLabels(series.name, Object.entries(series.labels));
}

/**
 * As short as tells series apart: the name, if it differs, and the values of as few labels as
 * suffice. A series alone has its name and its labels.
 */
export function shortNames(all: readonly Pick<Series, 'name' | 'labels'>[]): string[] {
  if (all.length === 1) {
    return all.map(fullName);
  }
  const chosen = distinguishing(all);
  const names = all.map((series) =>
    chosen
      .map((part) => part(series))
      .filter(Boolean)
      .join(' · '),
  );
  return new Set(names).size === all.length && names.every(Boolean) ? names : all.map(fullName);
}

/** Labels that name a thing; others rather say where it is or of what kind. */
const NAMING_LABELS = ['host', 'instance', 'node', 'pod', 'device'];

type Part = (series: Pick<Series, 'name' | 'labels'>) => string;

/** One after the other the part that tells most series apart, until all are. */
function distinguishing(all: readonly Pick<Series, 'name' | 'labels'>[]): Part[] {
  const rank = (key: string) => (NAMING_LABELS.includes(key) ? 0 : 1);
  const keys = [...new Set(all.flatMap((series) => Object.keys(series.labels)))].sort(
    (a, b) => rank(a) - rank(b) || compareText(a, b),
  );
  const left: Part[] = [
    (series) => series.name,
    ...keys.map(
      (key): Part =>
        (series) =>
          series.labels[key] ?? '',
    ),
  ];
  const chosen: Part[] = [];
  let groups = all.map(() => '');
  let count = Math.min(1, all.length);
  while (count < all.length) {
    let best: { part: Part; groups: string[]; count: number } | null = null;
    for (const part of left) {
      const split = all.map((series, i) => `${groups[i]}\u0000${part(series)}`);
      const parts = new Set(split).size;
      if (parts > (best?.count ?? count)) {
        best = { part, groups: split, count: parts };
      }
    }
    if (!best) {
      break;
    }
    chosen.push(best.part);
    ({ groups, count } = best);
  }
  return left.filter((part) => chosen.includes(part));
}

function withLabels(name: string, labels: [string, string][]): string {
  if (labels.length === 0) {
    return name;
  }
  const text = labels
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => `${key}="${value}"`)
    .join(', ');
  return `${name}{${text}}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
