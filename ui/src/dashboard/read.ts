import type { NullMode } from '../chart/align';
import { COLOURS } from '../chart/colours';
import { CHART_TYPES, LEGENDS, ORDERS, type Override, type Threshold } from '../chart/options';
import { REDUCTIONS, type Reduction } from '../chart/reduce';
import { UNITS } from '../chart/units';
import { isRecord, strings } from '../prefs/stored';
import {
  ACROSS,
  BUCKET_FUNCTIONS,
  type Bucket,
  type BuilderQuery,
  EMPTY_BUILDER,
  OPERATORS,
  type PromqlQuery,
  type Query,
  READINGS,
  type Selector,
  type TagFilter,
} from '../query/model';
import { number, oneOf, readLayout, records, text } from './fields';
import { compacted } from './layout';
import { readLegacyPanel } from './legacy';
import {
  DEFAULT_OPTIONS,
  type Definition,
  EMPTY_DEFINITION,
  type Note,
  PANEL_TYPES,
  type Panel,
  type PanelOptions,
  VARIABLE_KINDS,
  type Variable,
} from './model';

/**
 * A definition as stored, by this UI or by the original one, which had no version. What is
 * missing or makes no sense gets its default, so that a hand-written file may be short.
 */
export function readDefinition(found: unknown): Definition {
  const source = isRecord(found) ? found : {};
  const isOriginal = source.version === undefined;
  const panels = records(source.panels).map((panel, index) =>
    isOriginal ? readLegacyPanel(panel, index) : readPanel(panel, index),
  );
  const ranges = isOriginal ? records(source.panels).map((panel) => number(panel.range) ?? 0) : [];
  const longest = Math.max(0, ...ranges);
  return {
    ...EMPTY_DEFINITION,
    time: longest > 0 ? { from: `now-${longest}s`, to: 'now' } : readTime(source.time),
    refresh: number(source.refresh),
    variables: records(source.variables).flatMap(readVariable),
    notes: records(source.notes).flatMap(readNote),
    marks: records(source.marks)
      .map(readSelector)
      .filter(({ metric }) => metric !== ''),
    panels: compacted(withDistinctIds(panels)),
  };
}

function readPanel(source: Record<string, unknown>, index: number): Panel {
  return {
    id: number(source.id) ?? index + 1,
    title: text(source.title),
    layout: readLayout(source.layout, index),
    query: readQuery(source.query),
    bucket: readBucket(source.bucket),
    options: readOptions(source.options),
    repeat: text(source.repeat),
  };
}

function readBucket(found: unknown): Bucket {
  const name = /^\$(\w+)$/.exec(text(found))?.[1];
  return name === undefined ? number(found) : `$${name}`;
}

function readQuery(found: unknown): Query {
  const source = isRecord(found) ? found : {};
  const sql = text(source.sql);
  const promql = readPromql(source.promql);
  const mode = promql.expressions.length > 0 && !sql ? 'promql' : sql ? 'sql' : 'builder';
  return { mode, builder: readBuilder(source.builder), sql, promql };
}

/** A text alone is one expression over the range. */
function readPromql(found: unknown): PromqlQuery {
  const source = isRecord(found) ? found : { expressions: [{ expr: found }] };
  return {
    expressions: records(source.expressions)
      .map(({ expr, legend }) => ({ expr: text(expr), legend: text(legend) }))
      .filter(({ expr }) => expr !== ''),
    instant: source.instant === true,
  };
}

function readBuilder(found: unknown): BuilderQuery {
  const source = isRecord(found) ? found : {};
  const selectors = records(source.selectors).map(readSelector);
  return {
    selectors: selectors.length > 0 ? selectors : EMPTY_BUILDER.selectors,
    per: oneOf(BUCKET_FUNCTIONS, source.per) ?? EMPTY_BUILDER.per,
    across: oneOf(ACROSS, source.across) ?? EMPTY_BUILDER.across,
    by: strings(source.by),
    formula: text(source.formula),
    inputs: source.inputs === true,
  };
}

function readSelector(source: Record<string, unknown>): Selector {
  return {
    alias: text(source.alias),
    metric: text(source.metric),
    filters: records(source.filters).map(
      (filter): TagFilter => ({
        tag: text(filter.tag),
        op: oneOf(OPERATORS, filter.op) ?? '=',
        value: text(filter.value),
      }),
    ),
    reading: oneOf(READINGS, source.reading) ?? 'value',
  };
}

function readOptions(found: unknown): PanelOptions {
  const source = isRecord(found) ? found : {};
  const set = (name: 'decimals' | 'min' | 'max') => {
    const value = number(source[name]);
    return value === null ? {} : { [name]: value };
  };
  return {
    type: oneOf(PANEL_TYPES, source.type) ?? DEFAULT_OPTIONS.type,
    unit: UNITS.find(({ id }) => id === source.unit)?.id ?? DEFAULT_OPTIONS.unit,
    ...set('decimals'),
    ...set('min'),
    ...set('max'),
    log: source.log === true,
    nulls: readNulls(source.nulls),
    stack: source.stack === true,
    thresholds: records(source.thresholds).flatMap(readThreshold),
    legend: oneOf(LEGENDS, source.legend) ?? DEFAULT_OPTIONS.legend,
    order: oneOf(ORDERS, source.order) ?? DEFAULT_OPTIONS.order,
    top: Math.max(1, Math.round(number(source.top) ?? DEFAULT_OPTIONS.top)),
    topBy: readReduction(source.topBy) ?? DEFAULT_OPTIONS.topBy,
    reduce: readReduction(source.reduce) ?? DEFAULT_OPTIONS.reduce,
    rows: source.rows === 'answer' ? 'answer' : 'series',
    overrides: records(source.overrides).flatMap(readOverride),
    compare: Math.max(0, Math.round(number(source.compare) ?? 0)),
    unfinished: source.unfinished === 'hidden' ? 'hidden' : 'dashed',
  };
}

function readReduction(found: unknown): Reduction | undefined {
  return REDUCTIONS.find(({ id }) => id === found)?.id;
}

function readNulls(found: unknown): NullMode {
  const source = isRecord(found) ? found : {};
  if (source.kind === 'connect') {
    return { kind: 'connect', buckets: number(source.buckets) ?? 3 };
  }
  return { kind: source.kind === 'zero' ? 'zero' : 'gap' };
}

function readThreshold(source: Record<string, unknown>): Threshold[] {
  const value = number(source.value);
  const level = source.level === 'bad' ? 'bad' : 'warn';
  return value === null
    ? []
    : [{ value, level, ...(source.below === true ? { below: true } : {}) }];
}

function readOverride(source: Record<string, unknown>): Override[] {
  const match = text(source.match);
  const unit = UNITS.find(({ id }) => id === source.unit)?.id;
  const type = oneOf(CHART_TYPES, source.type);
  const colour = number(source.colour);
  const isColour = colour !== null && colour in COLOURS.light;
  return match === ''
    ? []
    : [
        {
          match,
          ...(source.right === true ? { right: true } : {}),
          ...(unit ? { unit } : {}),
          ...(isColour ? { colour } : {}),
          ...(source.dashed === true ? { dashed: true } : {}),
          ...(type ? { type } : {}),
        },
      ];
}

function readVariable(source: Record<string, unknown>): Variable[] {
  const name = text(source.name);
  if (!/^[A-Za-z]\w*$/.test(name)) {
    return [];
  }
  const initial = Array.isArray(source.initial) ? strings(source.initial) : null;
  const kind = oneOf(VARIABLE_KINDS, source.kind) ?? 'tag';
  const tag = text(source.tag) || name;
  return [
    {
      kind,
      name,
      tag,
      metric: text(source.metric),
      query: text(source.query),
      regex: text(source.regex),
      multi: source.multi !== false,
      initial,
    },
  ];
}

function readNote(source: Record<string, unknown>, index: number): Note[] {
  const at = number(source.at);
  const until = number(source.until);
  return at === null
    ? []
    : [{ id: number(source.id) ?? index + 1, at, until, text: text(source.text) }];
}

function readTime(found: unknown): Definition['time'] {
  const source = isRecord(found) ? found : {};
  const from = text(source.from);
  const to = text(source.to);
  return from && to ? { from, to } : null;
}

function withDistinctIds(panels: readonly Panel[]): Panel[] {
  const seen = new Set<number>();
  let free = Math.max(0, ...panels.map((panel) => panel.id)) + 1;
  return panels.map((panel) => {
    const id = seen.has(panel.id) ? free++ : panel.id;
    seen.add(id);
    return { ...panel, id };
  });
}
