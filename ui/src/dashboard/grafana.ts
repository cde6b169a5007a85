import type { Threshold } from '../chart/options';
import type { Reduction } from '../chart/reduce';
import type { Unit } from '../chart/units';
import { isRecord } from '../prefs/stored';
import { EMPTY_QUERY, type Expression, type Query } from '../query/model';
import { parseDuration } from '../time/duration';
import { number, record, records, text } from './fields';
import { variableOf } from './grafanaVariables';
import { compacted } from './layout';
import {
  COLUMNS,
  DEFAULT_OPTIONS,
  type Definition,
  EMPTY_DEFINITION,
  type Panel,
  type PanelOptions,
  type PanelType,
} from './model';

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
 * Takes panels whose queries are PromQL, or SQL on the tables here, and variables that are labels'
 * values, answers to a query, a list, a text or an interval. Everything else is named.
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
  for (const link of records(source.links)) {
    lost.push(`Link: ${text(link.title) || text(link.url) || 'untitled'}`);
  }
  for (const row of [...records(source.rows), ...records(source.panels)].filter(isRow)) {
    const [title, repeat] = [text(row.title), text(row.repeat)];
    if (title !== '') {
      lost.push(`Row ${title}: its heading`);
    }
    if (repeat !== '') {
      lost.push(`Row ${title}: its repetition by $${repeat}`);
    }
  }
  const time = record(source.time);
  const [from, to] = [text(time.from), text(time.to)];
  return {
    definition: {
      ...EMPTY_DEFINITION,
      time: from && to ? { from, to } : null,
      refresh: parseDuration(text(source.refresh)),
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

/** Older dashboards have rows of panels, newer ones panels that are rows. */
function isRow(panel: Record<string, unknown>): boolean {
  return panel.type === 'row' || (panel.type === undefined && Array.isArray(panel.panels));
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
  const query = queryOf(source, title, lost);
  if (!query) {
    return [];
  }
  const isMoment = type === 'bars' && query.promql.instant;
  if (isMoment) {
    lost.push(`${title}: shown as numbers, not as bars, since it is of one moment`);
  }
  return [
    {
      id: number(source.id) ?? 10_000 + index,
      title,
      layout: layoutOf(source.gridPos),
      query,
      bucket: null,
      options: optionsOf(source, isMoment ? 'stat' : type, title, lost),
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
    ['value mappings', defaults.mappings],
  ] as const) {
    if (records(list).length > 0) {
      lost.push(`${title}: its ${what}`);
    }
  }
  if (isRecord(source.alert)) {
    lost.push(`${title}: its alert`);
  }
  for (const [what, value] of [
    ['range', source.timeFrom],
    ['shift of time', source.timeShift],
    ['least step', source.interval],
    ['description', source.description],
  ] as const) {
    if (text(value) !== '') {
      lost.push(`${title}: its own ${what}, ${text(value)}`);
    }
  }
  const drawnAs = text(source.type);
  if (drawnAs === 'gauge' || drawnAs === 'bargauge') {
    lost.push(
      `${title}: shown as numbers, not as a ${drawnAs === 'gauge' ? 'gauge' : 'bar gauge'}`,
    );
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
    ...legendOf(source),
    ...reduceOf(source, type, title, lost),
    thresholds: thresholdMode === 'off' && type !== 'stat' ? [] : thresholdsOf(defaults),
  };
}

function legendOf(source: Record<string, unknown>): Partial<PanelOptions> {
  const legend = record(record(source.options).legend);
  return legend.showLegend === false || legend.displayMode === 'hidden'
    ? { legend: 'hidden' }
    : legend.placement === 'right'
      ? { legend: 'right' }
      : {};
}

const REDUCED: Readonly<Record<string, Reduction>> = {
  last: 'last',
  lastNotNull: 'last',
  current: 'last',
  first: 'first',
  firstNotNull: 'first',
  mean: 'mean',
  avg: 'mean',
  min: 'min',
  max: 'max',
  sum: 'sum',
  total: 'sum',
  diff: 'change',
};

/** What a stat shows; older dashboards name it elsewhere. */
function reduceOf(
  source: Record<string, unknown>,
  type: PanelType,
  title: string,
  lost: string[],
): Partial<PanelOptions> {
  const { calcs } = record(record(source.options).reduceOptions);
  const name = (Array.isArray(calcs) ? text(calcs[0]) : '') || text(source.valueName);
  const reduce = REDUCED[name];
  if (type !== 'stat' || name === '') {
    return {};
  }
  if (!reduce) {
    lost.push(`${title}: the last value instead of ${name}`);
  }
  return reduce ? { reduce } : {};
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

/** Expressions of PromQL go together; SQL stands alone. */
function queryOf(source: Record<string, unknown>, title: string, lost: string[]): Query | null {
  const expressions: (Expression & { instant: boolean })[] = [];
  let sql: Query | null = null;
  for (const target of records(source.targets)) {
    const shown = shownText(target);
    const language = languageOf(target, source);
    const expr = text(target.expr);
    const next = sqlQuery(text(target.rawSql));
    if (target.hide === true) {
      lost.push(`${title}: its hidden query ${shown}`);
    } else if (expr !== '' && language !== null) {
      lost.push(`${title}: a query for ${language}: ${shown}`);
    } else if (expr !== '' && !sql) {
      const format = text(target.legendFormat);
      const instant = target.instant === true && target.range !== true;
      expressions.push({ expr, legend: format === '__auto' ? '' : format, instant });
      lost.push(...settingsLost(target, title, shown));
    } else if (next && !sql && expressions.length === 0) {
      sql = next;
    } else {
      lost.push(`${title}: ${shown}`);
    }
  }
  if (expressions.length === 0) {
    return sql;
  }
  const instant = expressions.every((one) => one.instant);
  for (const one of expressions.filter((each) => each.instant && !instant)) {
    lost.push(`${title}: over the range and not at its end: ${one.expr}`);
  }
  return {
    ...EMPTY_QUERY,
    mode: 'promql',
    promql: { expressions: expressions.map(({ expr, legend }) => ({ expr, legend })), instant },
  };
}

function shownText(target: Record<string, unknown>): string {
  const shown =
    text(target.rawSql) || text(target.expr) || text(target.query) || text(target.expression);
  return shown.replace(/\s+/g, ' ') || 'a query that is not written as text';
}

/** What a query is written in, where that is not PromQL although it looks alike; null otherwise. */
function languageOf(
  target: Record<string, unknown>,
  panel: Record<string, unknown>,
): string | null {
  const type = text(record(target.datasource).type) || text(record(panel.datasource).type);
  return type === '' || /prom|mimir|cortex|thanos|datasource|^\$/i.test(type) ? null : type;
}

function settingsLost(target: Record<string, unknown>, title: string, shown: string): string[] {
  return [
    ...(text(target.interval) !== ''
      ? [`the least step ${text(target.interval)} of ${shown}`]
      : []),
    ...((number(target.intervalFactor) ?? 1) > 1 ? [`the resolution of ${shown}`] : []),
    ...(target.exemplar === true ? [`the exemplars of ${shown}`] : []),
  ].map((what) => `${title}: ${what}`);
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
  return isOurs ? { ...EMPTY_QUERY, mode: 'sql', sql: written } : null;
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
