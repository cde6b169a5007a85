import uPlot from 'uplot';
import { preferences } from '../prefs/preferences';
import type { Range } from '../time/range';
import { type Zone, zoneName } from '../time/zone';
import { lonePoints } from './align';
import { bars } from './bars';
import { lastFull, openBuckets } from './openBuckets';
import type { ChartOptions } from './options';
import { thresholdLines } from './thresholds';
import { tickSteps } from './ticks';
import { timeLabels } from './timeAxis';
import { formatTicks } from './units';

/** A series as it is drawn. */
export interface Line {
  name: string;
  colour: string;
  dash: readonly number[];
}

/** Colours of what is not a series. */
export interface Ink {
  text: string;
  grid: string;
  warn: string;
  bad: string;
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
  /** How far in seconds the pointer may be from a sample of a line to take it. */
  reach: (line: number) => number;
  /** Buckets that start later are still filling; null if all are full. */
  openFrom: () => number | null;
}

const FONT = '11px system-ui, sans-serif';
const LEAST_DRAG = 6;

/** The setup of a chart, all but its size and data. */
export function plotOptions(setup: PlotSetup): Omit<uPlot.Options, 'width' | 'height'> {
  const { options, ink, zone } = setup;
  return {
    legend: { show: false },
    padding: [10, 18, 0, 0],
    tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), zoneName(zone)),
    cursor: cursor(setup),
    scales: {
      x: { time: true, range: () => [setup.range().from, setup.range().to] },
      y: { distr: options.log ? 3 : 1, range: (_, min, max) => valueRange(options, min, max) },
    },
    axes: [
      {
        ...axis(ink),
        space: 70,
        values: (_, ticks, __, ___, increment) =>
          timeLabels(ticks, increment, zone, preferences.get().clock),
      },
      {
        ...axis(ink),
        ...valueSteps(options),
        size: (_, labels) =>
          16 + 6.4 * Math.max(3, ...(labels ?? []).map((label) => label?.length ?? 0)),
        values: (plot, ticks) => (isEmpty(plot) ? [] : valueLabels(ticks, options)),
      },
    ],
    series: [{}, ...setup.lines.map((line, index) => seriesOptions(line, index, setup))],
    hooks: { setSelect: [(plot) => select(plot, setup.onSelect)] },
    plugins: [thresholdLines(options, ink), openBuckets(setup), ...setup.plugins],
  };
}

function cursor(setup: PlotSetup): uPlot.Cursor {
  const base: uPlot.Cursor = {
    drag: { x: true, y: false, setScale: false },
    points: { size: 7 },
    hover: {
      skip: [undefined, null],
      prox: (plot, series) => (setup.reach(series - 1) / secondsPerPixel(plot)) * 1.01,
    },
    y: false,
  };
  return setup.syncKey ? { ...base, sync: { key: setup.syncKey, scales: ['x', null] } } : base;
}

function secondsPerPixel(plot: uPlot): number {
  return plot.posToVal(1, 'x') - plot.posToVal(0, 'x') || 1;
}

function axis(ink: Ink): uPlot.Axis {
  return {
    font: FONT,
    stroke: ink.text,
    grid: { stroke: ink.grid, width: 1 },
    ticks: { stroke: ink.grid, width: 1, size: 4 },
    gap: 4,
  };
}

/** A logarithmic axis has ticks of its own. */
function valueSteps({ log, unit }: ChartOptions): Pick<uPlot.Axis, 'incrs'> {
  const steps = log ? undefined : tickSteps(unit);
  return steps ? { incrs: steps } : {};
}

function seriesOptions(line: Line, index: number, setup: PlotSetup): uPlot.Series {
  const { type } = setup.options;
  const filled = type === 'area' || type === 'bars';
  return {
    label: line.name,
    stroke: line.colour,
    width: 1.5,
    dash: [...line.dash],
    ...(filled ? { fill: `${line.colour}${type === 'area' ? '26' : '99'}` } : {}),
    paths:
      type === 'points'
        ? () => null
        : full(type === 'bars' ? bars(() => setup.reach(index)) : lines, setup.openFrom),
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
  const low = fromZero ? Math.min(0, min ?? 0) : (min ?? 0);
  const [auto0, auto1] = uPlot.rangeNum(low, max ?? 1, 0.1, true);
  const least = options.min ?? (fromZero && low === 0 ? 0 : (auto0 ?? 0));
  const most = options.max ?? Math.min(auto1 ?? 1, ceiling(options, max));
  return least < most ? [least, most] : [least, least + 1];
}

/** Shares that stay below the whole are not drawn as if there were more. */
function ceiling({ unit }: ChartOptions, max: number | null): number {
  const whole = unit === 'percent' ? 100 : unit === 'ratio' ? 1 : Number.POSITIVE_INFINITY;
  return (max ?? 0) <= whole ? whole : Number.POSITIVE_INFINITY;
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
function select(plot: uPlot, onSelect: (range: Range) => void): void {
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
