import type { NullMode } from './align';
import type { Reduction } from './reduce';
import type { Unit } from './units';

export const CHART_TYPES = ['line', 'area', 'points', 'bars'] as const;
export type ChartType = (typeof CHART_TYPES)[number];

export const LEGENDS = ['list', 'right', 'table', 'hidden'] as const;
export const ORDERS = ['name', 'last', 'max'] as const;

/** A line across the chart; values beyond it count as so bad. */
export interface Threshold {
  value: number;
  level: 'warn' | 'bad';
  /** Whether it is low values that are bad. */
  below?: boolean;
}

/** What is different for some series: those whose name with tags contains a text. */
export interface Override {
  match: string;
  /** Whether their axis is the one on the right. */
  right?: boolean;
  unit?: Unit;
  /** An index into `COLOURS`. */
  colour?: number;
  dashed?: boolean;
  /** How they are drawn, where it is not as the others. */
  type?: ChartType;
}

/** How a chart is drawn. Undefined leaves the choice to the chart. */
export interface ChartOptions {
  type: ChartType;
  unit: Unit;
  decimals?: number;
  min?: number;
  max?: number;
  log: boolean;
  nulls: NullMode;
  stack: boolean;
  thresholds: Threshold[];
  legend: (typeof LEGENDS)[number];
  /** In which order a legend names series: by name, or the largest first. */
  order: 'name' | 'last' | 'max';
  /** So many series are drawn: the largest by {@link topBy}, until all are asked for. */
  top: number;
  topBy: Reduction;
  /** What becomes of a bucket that is still filling, where counts, sums or rates are shown. */
  unfinished: 'dashed' | 'hidden';
  /** Seconds; beside each series it is drawn as it was so long ago. 0 for not at all. */
  compare: number;
  overrides: Override[];
}

export const DEFAULT_CHART: ChartOptions = {
  type: 'line',
  unit: 'none',
  log: false,
  nulls: { kind: 'gap' },
  stack: false,
  thresholds: [],
  legend: 'list',
  order: 'name',
  top: 50,
  topBy: 'max',
  unfinished: 'dashed',
  compare: 0,
  overrides: [],
};

/** The worst threshold that a value reaches; of several as bad, the one it is farthest beyond. */
export function levelOf(value: number | null, thresholds: readonly Threshold[]): Threshold | null {
  if (value === null) {
    return null;
  }
  return thresholds.reduce<Threshold | null>((worst, t) => {
    const reached = t.below ? value <= t.value : value >= t.value;
    return reached && (!worst || isWorse(t, worst)) ? t : worst;
  }, null);
}

function isWorse(a: Threshold, b: Threshold): boolean {
  if (a.level !== b.level) {
    return a.level === 'bad';
  }
  return a.below ? a.value < b.value : a.value > b.value;
}
