import type { Threshold } from '../chart/options';
import type { Unit } from '../chart/units';
import { isRecord } from '../prefs/stored';
import { EMPTY_BUILDER, EMPTY_QUERY, type Query } from '../query/model';
import { number, records, text } from './fields';
import { compacted } from './layout';
import {
  COLUMNS,
  DEFAULT_OPTIONS,
  type Definition,
  EMPTY_DEFINITION,
  type Panel,
  type PanelOptions,
  type PanelType,
  type Variable,
} from './model';
import { fromPromql } from './promql';

/** A dashboard of Grafana, as far as it can be taken. */
export interface Taken {
  definition: Definition;
  /** What cannot be taken, line by line. */
  lost: readonly string[];
}

/** Whether a definition is Grafana's: its panels name data sources and targets. */
export function isGrafana(source: Record<string, unknown>): boolean {
  return (
    typeof source.schemaVersion === 'number' ||
    '__inputs' in source ||
    records(source.panels).some((panel) => 'targets' in panel || 'gridPos' in panel)
  );
}

/**
 * Takes panels whose queries are SQL, or PromQL that the builder can say, and variables that are
 * values of a tag, a text or an interval. Everything else is named.
 */
export function fromGrafana(source: Record<string, unknown>): Taken {
  const lost: string[] = [];
  const panels = panelsOf(source).flatMap((panel, index) => panelOf(panel, index, lost));
  const templating = record(source.templating);
  const variables = records(templating.list).flatMap((one) => variableOf(one, lost));
  for (const one of records(record(source.annotations).list)) {
    if (one.builtIn !== 1) {
      lost.push(`Annotations: ${text(one.name)}`);
    }
  }
  const time = record(source.time);
  const [from, to] = [text(time.from), text(time.to)];
  return {
    definition: {
      ...EMPTY_DEFINITION,
      time: from && to ? { from, to } : null,
      variables,
      panels: compacted(panels),
    },
    lost,
  };
}

/** Rows that are folded hold panels of their own; rows themselves are only headings. */
function panelsOf(source: Record<string, unknown>): Record<string, unknown>[] {
  return [
    ...records(source.rows).flatMap(panelsOf),
    ...records(source.panels).flatMap((panel) =>
      text(panel.type) === 'row' ? panelsOf(panel) : [panel],
    ),
  ];
}

const TYPES: Readonly<Record<string, PanelType>> = {
  timeseries: 'line',
  graph: 'line',
  trend: 'line',
  barchart: 'bars',
  stat: 'stat',
  singlestat: 'stat',
  gauge: 'stat',
  bargauge: 'stat',
  table: 'table',
  'table-old': 'table',
  heatmap: 'heatmap',
};

const UNIT_NAMES: Readonly<Record<string, Unit>> = {
  percent: 'percent',
  percentunit: 'ratio',
  bytes: 'bytes',
  decbytes: 'bytes',
  Bps: 'bytes/s',
  binBps: 'bytes/s',
  bps: 'bits/s',
  s: 'seconds',
  ms: 'milliseconds',
  short: 'short',
};

function panelOf(source: Record<string, unknown>, index: number, lost: string[]): Panel[] {
  const title = text(source.title) || 'Untitled panel';
  const type = TYPES[text(source.type)];
  const targets = records(source.targets);
  if (!type || targets.length === 0) {
    const reason = type ? 'it has no query' : `a panel of type ${text(source.type) || 'unknown'}`;
    lost.push(`${title}: ${reason}`);
    return [];
  }
  const query = queryOf(targets, title, lost);
  if (!query) {
    return [];
  }
  return [
    {
      id: number(source.id) ?? 10_000 + index,
      title,
      layout: layoutOf(source.gridPos),
      query,
      bucket: null,
      options: optionsOf(source, type, title, lost),
      repeat: text(source.repeat),
    },
  ];
}

function optionsOf(
  source: Record<string, unknown>,
  type: PanelType,
  title: string,
  lost: string[],
): PanelOptions {
  const config = record(source.fieldConfig);
  const defaults = record(config.defaults);
  const custom = record(defaults.custom);
  const unit = text(defaults.unit);
  if (unit !== '' && unit !== 'none' && !UNIT_NAMES[unit]) {
    lost.push(`${title}: the unit ${unit}`);
  }
  for (const [what, list] of [
    ['overrides', config.overrides],
    ['transformations', source.transformations],
    ['links', source.links],
  ] as const) {
    if (records(list).length > 0) {
      lost.push(`${title}: its ${what}`);
    }
  }
  if (isRecord(source.alert)) {
    lost.push(`${title}: its alert`);
  }
  const set = (name: 'decimals' | 'min' | 'max') => {
    const value = number(defaults[name]);
    return value === null ? {} : { [name]: value };
  };
  const style = { bars: 'bars', points: 'points' } as const;
  const drawn = style[text(custom.drawStyle) as keyof typeof style];
  const filled = (number(custom.fillOpacity) ?? 0) > 0 ? 'area' : type;
  const stacking = text(record(custom.stacking).mode);
  const thresholdMode = text(record(custom.thresholdsStyle).mode) || 'off';
  return {
    ...DEFAULT_OPTIONS,
    type: type === 'line' ? (drawn ?? filled) : type,
    unit: UNIT_NAMES[unit] ?? 'none',
    ...set('decimals'),
    ...set('min'),
    ...set('max'),
    stack: stacking !== '' && stacking !== 'none',
    thresholds: thresholdMode === 'off' && type !== 'stat' ? [] : thresholdsOf(defaults),
  };
}

/** The first step is what lies below all others; green ones are no warning. */
function thresholdsOf(defaults: Record<string, unknown>): Threshold[] {
  return records(record(defaults.thresholds).steps).flatMap((step) => {
    const value = number(step.value);
    const colour = text(step.color);
    return value === null || /green|blue|transparent/.test(colour)
      ? []
      : [{ value, level: /red/.test(colour) ? ('bad' as const) : ('warn' as const) }];
  });
}

function record(found: unknown): Record<string, unknown> {
  return isRecord(found) ? found : {};
}

/** Several queries become one, as far as the builder combines them alike. */
function queryOf(
  targets: readonly Record<string, unknown>[],
  title: string,
  lost: string[],
): Query | null {
  let query: Query | null = null;
  for (const target of targets) {
    const sql = text(target.rawSql);
    const expression = text(target.expr);
    const next: Query | null = sql ? sqlQuery(sql) : builderQuery(expression);
    const both: Query | null = next && query ? joined(query, next) : next;
    if (both) {
      query = both;
    } else {
      const shown = sql || expression || text(target.query) || text(target.target);
      lost.push(`${title}: ${shown.replace(/\s+/g, ' ') || 'a query that is not written as text'}`);
    }
  }
  return query;
}

function builderQuery(expression: string): Query | null {
  const builder = fromPromql(expression);
  return builder && { ...EMPTY_QUERY, builder };
}

function joined(a: Query, b: Query): Query | null {
  const alike =
    a.mode === 'builder' &&
    b.mode === 'builder' &&
    a.builder.across === b.builder.across &&
    a.builder.by.join() === b.builder.by.join();
  const selectors = [...a.builder.selectors, ...b.builder.selectors];
  return alike ? { ...a, builder: { ...a.builder, selectors } } : null;
}

/** SQL of the tables here, with Grafana's macros as placeholders; other macros have no counterpart. */
function sqlQuery(sql: string): Query | null {
  const written = sql
    .replace(/\$__(?:unixEpochFilter|timeFilter)\(\s*([\w."]+)\s*\)/g, (_, column: string) => {
      return `${column} BETWEEN {{start_ts}} AND {{end_ts}}`;
    })
    .replace(/\$__(?:unixEpochFrom|timeFrom)\(\s*\)/g, '{{start_ts}}')
    .replace(/\$__(?:unixEpochTo|timeTo)\(\s*\)/g, '{{end_ts}}')
    .replace(
      /\$__(?:unixEpochGroup|timeGroup)\(\s*([\w."]+)\s*,[^()]*\)/g,
      (_, column: string) => `ts_bucket(${column}, {{bucket}})`,
    )
    .replace(/\$\{(\w+)(?::\w+)?\}/g, '$$$1');
  const isOurs = /\b(samples|metrics|metric_tags)\b/i.test(written) && !written.includes('$__');
  return isOurs ? { mode: 'sql', builder: EMPTY_BUILDER, sql: written } : null;
}

/** Of 24 columns, and of rows of 38 pixels. */
function layoutOf(found: unknown): Panel['layout'] {
  const at = record(found);
  const w = Math.min(COLUMNS, Math.max(1, Math.round((number(at.w) ?? 12) / 2)));
  return {
    x: Math.min(COLUMNS - w, Math.floor((number(at.x) ?? 0) / 2)),
    y: Math.floor(((number(at.y) ?? 0) * 3) / 8),
    w,
    h: Math.max(1, Math.round(((number(at.h) ?? 8) * 3) / 8)),
  };
}

const LABEL_VALUES = /^\s*label_values\(\s*(?:([\w:]+)\s*(?:\{[^}]*\})?\s*,\s*)?(\w+)\s*\)\s*$/;

function variableOf(source: Record<string, unknown>, lost: string[]): Variable[] {
  const name = text(source.name);
  const base = { name, tag: name, metric: '', multi: source.multi === true, initial: null };
  const query = text(record(source.query).query) || text(source.query);
  const values = LABEL_VALUES.exec(query);
  if (source.type === 'query' && values) {
    return [{ ...base, kind: 'tag', metric: values[1] ?? '', tag: values[2] ?? name }];
  }
  if (source.type === 'textbox') {
    return [{ ...base, kind: 'text', initial: query ? [query] : null }];
  }
  if (source.type === 'interval') {
    return [{ ...base, kind: 'interval' }];
  }
  // There is one source of data here, so that a choice of it has no use.
  if (source.type !== 'datasource') {
    lost.push(`Variable $${name}${query ? `: ${query}` : ''}`);
  }
  return [];
}
