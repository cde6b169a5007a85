import uPlot from 'uplot';
import { preferences } from '../prefs/preferences';
import type { Range } from '../time/range';
import { type Zone, zoneName } from '../time/zone';
import { type Layer, lonePoints } from './align';
import { bars } from './bars';
import { layers } from './layers';
import { linearRange } from './linearRange';
import { lastFull, openBuckets } from './openBuckets';
import type { ChartOptions, ChartType } from './options';
import { type RingMarks, ringMarks } from './ringMarks';
import { thresholdLines } from './thresholds';
import { multiplesOf, stepsFor } from './ticks';
import { timeLabels } from './timeAxis';
import { formatTicks, type Unit } from './units';

/** A series as it is drawn. */
export interface Line {
  name: string;
  colour: string;
  dash: readonly number[];
  /** Whether its axis is the one on the right. */
  right: boolean;
  unit: Unit;
  type: ChartType;
}

export function scaleOf({ right }: Line): string {
  return right ? 'right' : 'y';
}

/** Colours of what is not a series. */
export interface Ink {
  text: string;
  grid: string;
  warn: string;
  bad: string;
  sunken: string;
  accent: string;
  /** Of events. */
  note: string;
}

export interface PlotSetup {
  lines: readonly Line[];
  options: ChartOptions;
  zone: Zone;
  ink: Ink;
  /** Charts with the same key share their cursor. */
  syncKey: string | undefined;
  /** What the time axis shows; asked at every drawing. */
  range: () => Range;
  onSelect: (range: Range) => void;
  plugins: uPlot.Plugin[];
  /** What a line is of a stack; null where nothing is stacked. */
  layer: (line: number) => Layer | null;
  /** How far in seconds the pointer may be from a sample of a line to take it. */
  reach: (line: number) => number;
  ring: () => RingMarks | null;
  /** Buckets that start later are still filling; null if all are full. */
  openFrom: () => number | null;
}

const FONT = '11px Inter, system-ui, sans-serif';
const LEAST_DRAG = 6;
/**
 * So many of a line's usual distances away a sample is still told at the moment of another line's: on
 * a line some sample always is, as what it joins is one and a half apart at most; in a gap the next
 * bucket is not.
 */
const NEAR = 0.76;
/** Each line's point at the pointer is an element of its own. */
const MOST_POINTS = 200;

/** The setup of a chart, all but its size and data. */
export function plotOptions(setup: PlotSetup): Omit<uPlot.Options, 'width' | 'height'> {
  const { options, ink, zone } = setup;
  const { min: _, max: __, ...free } = options;
  const onRight = setup.lines.find(({ right }) => right);
  const right = onRight && { ...free, unit: onRight.unit };
  return {
    legend: { show: false },
    padding: [6, 18, 0, 0],
    focus: { alpha: 0.18 },
    tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), zoneName(zone)),
    cursor: cursor(setup),
    scales: {
      x: { time: true, range: () => [setup.range().from, setup.range().to] },
      y: { distr: options.log ? 3 : 1, range: (_, min, max) => valueRange(options, min, max) },
      ...(right
        ? {
            right: {
              distr: options.log ? 3 : 1,
              range: (_: uPlot, min: number, max: number) => valueRange(right, min, max),
            },
          }
        : {}),
    },
    axes: [
      timeAxis(zone, ink),
      valueAxis(options, ink),
      ...(right
        ? [{ ...valueAxis(right, ink), scale: 'right', side: 1 as const, grid: { show: false } }]
        : []),
    ],
    series: [{}, ...setup.lines.map((line, index) => seriesOptions(line, index, setup))],
    hooks: { setSelect: [(plot) => onDrag(plot, setup.onSelect)] },
    plugins: [
      ringMarks(setup.ring, ink),
      thresholdLines(options, ink),
      openBuckets(setup),
      ...setup.plugins,
    ],
  };
}

function cursor(setup: PlotSetup): uPlot.Cursor {
  const base: uPlot.Cursor = {
    drag: { x: true, y: false, setScale: false },
    points: { show: setup.lines.length <= MOST_POINTS, size: 7 },
    hover: {
      skip: [undefined, null],
      prox: (plot, series, index) => {
        const isOwn = typeof plot.data[series]?.[index] === 'number';
        return (setup.reach(series - 1) / secondsPerPixel(plot)) * (isOwn ? 1.01 : NEAR);
      },
    },
    y: false,
  };
  return setup.syncKey ? { ...base, sync: { key: setup.syncKey, scales: ['x', null] } } : base;
}

/** The more areas lie over each other, the fainter each is. */
function areaOpacity(count: number, stacked: boolean): number {
  return stacked ? 0.35 : Math.max(0.03, 0.2 / Math.sqrt(Math.max(1, count)));
}

function hex(opacity: number): string {
  return Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0');
}

function secondsPerPixel(plot: uPlot): number {
  return plot.posToVal(1, 'x') - plot.posToVal(0, 'x') || 1;
}

export function axis(ink: Ink): uPlot.Axis {
  return {
    font: FONT,
    stroke: ink.text,
    grid: { stroke: ink.grid, width: 1 },
    ticks: { stroke: ink.grid, width: 1, size: 4 },
    gap: 4,
  };
}

export function timeAxis(zone: Zone, ink: Ink): uPlot.Axis {
  return {
    ...axis(ink),
    space: 84,
    size: 20,
    values: (_, ticks, __, ___, increment) =>
      timeLabels(ticks, increment, zone, preferences.get().clock),
  };
}

function valueAxis(options: ChartOptions, ink: Ink): uPlot.Axis {
  return {
    ...axis(ink),
    ...valueSteps(options),
    space: 42,
    size: (_, labels) =>
      16 + 6.4 * Math.max(3, ...(labels ?? []).map((label) => label?.length ?? 0)),
    values: (plot, ticks) => (isEmpty(plot) ? [] : valueLabels(ticks, options)),
  };
}

/** A logarithmic axis has ticks of its own. */
function valueSteps({ log, unit }: ChartOptions): Pick<uPlot.Axis, 'incrs' | 'splits'> {
  return log
    ? {}
    : { incrs: stepsFor(unit), splits: (_, __, min, max, step) => multiplesOf(step, min, max) };
}

function seriesOptions(line: Line, index: number, setup: PlotSetup): uPlot.Series {
  const { type } = line;
  const filled = type === 'area' || type === 'bars';
  const { stack } = setup.options;
  const opacity = type === 'bars' ? (stack ? 1 : 0.6) : areaOpacity(setup.lines.length, stack);
  return {
    label: line.name,
    scale: scaleOf(line),
    stroke: line.colour,
    width: 1.5,
    dash: [...line.dash],
    ...(filled ? { fill: `${line.colour}${hex(opacity)}` } : {}),
    paths: type === 'points' ? () => null : full(pathsOf(type, index, setup), setup.openFrom),
    points: {
      show: true,
      size: type === 'points' ? 5 : 6,
      fill: line.colour,
      width: 0,
      ...(type === 'points' ? {} : { filter: (plot, series) => lonely(plot, series, type) }),
    },
  };
}

const lines = uPlot.paths.linear?.() as uPlot.Series.PathBuilder;

function pathsOf(type: ChartType, index: number, setup: PlotSetup): uPlot.Series.PathBuilder {
  if (type === 'bars') {
    return bars(() => setup.reach(index));
  }
  return setup.options.stack ? layers(() => setup.layer(index), type === 'area') : lines;
}

/** Leaves out buckets that are still filling; {@link openBuckets} draws those. */
function full(
  build: uPlot.Series.PathBuilder,
  openFrom: PlotSetup['openFrom'],
): uPlot.Series.PathBuilder {
  return (plot, series, first, last) =>
    build(plot, series, first, lastFull(plot, first, last, openFrom()));
}

/** Dots only where no line is: at points without a neighbour. */
function lonely(plot: uPlot, index: number, type: ChartOptions['type']): number[] {
  return type === 'bars' ? [] : lonePoints(plot.data[index] as (number | null | undefined)[]);
}

function valueRange(
  options: ChartOptions,
  min: number | null,
  max: number | null,
): uPlot.Range.MinMax {
  if (options.log) {
    const low = options.min && options.min > 0 ? options.min : (min ?? 1);
    return uPlot.rangeLog(low, options.max ?? max ?? 10, 10, true);
  }
  const fromZero = options.type === 'area' || options.type === 'bars' || options.stack;
  return linearRange(min ?? 0, max ?? 0, fromZero, wholeOf(options), options.min, options.max);
}

function wholeOf({ unit }: ChartOptions): number {
  return unit === 'percent' ? 100 : unit === 'ratio' ? 1 : Number.POSITIVE_INFINITY;
}

/** Without data the axis has no numbers: any would be made up. */
function isEmpty(plot: uPlot): boolean {
  return plot.data
    .slice(1)
    .every((column) => !Array.prototype.some.call(column, (y) => typeof y === 'number'));
}

function valueLabels(ticks: readonly (number | null)[], options: ChartOptions): string[] {
  const shown = ticks.filter((tick) => tick !== null);
  const labels = formatTicks(shown, options.unit);
  return ticks.map((tick) => (tick === null ? '' : (labels[shown.indexOf(tick)] ?? '')));
}

/** A dragged stretch asks for finer data instead of stretching what is there. */
export function onDrag(plot: uPlot, onSelect: (range: Range) => void): void {
  const { left, width } = plot.select;
  if (width >= LEAST_DRAG) {
    const from = Math.floor(plot.posToVal(left, 'x'));
    const to = Math.ceil(plot.posToVal(left + width, 'x'));
    onSelect({ from, to: Math.max(to, from + 1) });
  }
  if (width > 0) {
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }
}
