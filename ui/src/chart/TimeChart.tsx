import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import type { Series } from '../query/frame';
import type { Range } from '../time/range';
import { shownDateTime } from '../time/shown';
import type { Zone } from '../time/zone';
import { type Aligned, align, stack } from './align';
import classes from './chart.module.css';
import { COLOURS, type Look } from './colours';
import { type ChartEvent, eventLines, placing } from './events';
import { inkOf } from './ink';
import type { ChartOptions } from './options';
import { type Line, plotOptions } from './plot';
import type { RingMarks } from './ringMarks';
import { tooltip } from './tooltip';
import { decimalsFor, decimalsOf, formatClosely, formatExact, formatValue } from './units';

export interface TimeChartProps {
  /** What to draw; hidden series are left out. */
  series: readonly Series[];
  names: readonly string[];
  looks: readonly Look[];
  range: Range;
  /** Seconds between samples, where known. */
  bucket: number | null;
  /** Buckets that start later are still filling; null if all are full, or it does not matter. */
  openFrom: number | null;
  /** What is behind it; null where that is not known. */
  ring: RingMarks | null;
  events: readonly ChartEvent[];
  onNote: ((at: number) => void) | undefined;
  options: ChartOptions;
  zone: Zone;
  title: string;
  syncKey?: string | undefined;
  onZoom: (range: Range) => void;
  onZoomOut: () => void;
  onHover: (hovering: boolean) => void;
  /** The index of the one series that is not dimmed; -1 for all. */
  pointed: number;
}

/** To dim lines all are drawn again, which must not be felt. */
const MOST_DIMMED = 1000;

/** Lines, areas, points or bars over time. Fills its container. */
export function TimeChart(props: TimeChartProps) {
  const { series, names, looks, range, bucket, options, zone } = props;
  const theme = useComputedColorScheme('light');
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = useMemo(() => {
    const aligned = align(series, bucket, options.nulls);
    // The first is drawn first, and so must be the sum of all.
    const layers = options.stack ? reversed(stack(reversedIn(aligned))) : null;
    return { ...aligned, layers, drawn: layers?.map((one) => one.samples) ?? aligned.columns };
  }, [series, bucket, options.nulls, options.stack]);
  const decimals = useMemo(
    () =>
      decimalsFor(
        data.columns.flat().filter((y) => typeof y === 'number'),
        options.unit,
      ),
    [data, options.unit],
  );
  const current = useRef({ props, data, decimals });
  current.current = { props, data, decimals };

  const lines = series.map((_, i): Line => {
    const look = looks[i] ?? { colour: 0, dash: [] };
    return {
      name: names[i] ?? '',
      colour: COLOURS[theme][look.colour] ?? '',
      dash: look.dash,
      right: look.right ?? false,
      unit: look.unit ?? options.unit,
      type: look.type ?? options.type,
    };
  });
  const canNote = props.onNote !== undefined;
  const structure = JSON.stringify([lines, options, zone, theme, props.syncKey, canNote]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the structure stands for its parts
  useEffect(() => {
    const element = host.current;
    if (!element) {
      return;
    }
    const ink = inkOf(element);
    const setup = plotOptions({
      lines,
      options,
      zone,
      ink,
      syncKey: props.syncKey,
      range: () => current.current.props.range,
      onSelect: (selected) => current.current.props.onZoom(selected),
      layer: (line) => current.current.data.layers?.[line] ?? null,
      reach: (line) => current.current.data.distances[line] ?? 0,
      ring: () => current.current.props.ring,
      openFrom: () => current.current.props.openFrom,
      plugins: [
        eventLines(() => current.current.props.events, ink),
        placing(element.parentElement),
        tooltip({
          lines,
          zone,
          value: (line, index) => current.current.data.columns[line]?.[index],
          text: (value, line, index) => {
            const { props: now, data: shown, decimals: known } = current.current;
            const unit = lines[line]?.unit ?? options.unit;
            const exact = now.series[line]?.exact?.get(shown.xs[index] ?? Number.NaN);
            const among = unit === options.unit ? decimalsOf(value, unit, known) : undefined;
            const digits = options.decimals ?? among;
            return exact === undefined
              ? formatClosely(value, unit, digits)
              : formatExact(exact, unit, digits);
          },
          onNote: canNote ? (at) => current.current.props.onNote?.(at) : undefined,
          onHover: (hovering) => current.current.props.onHover(hovering),
        }),
      ],
    });
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const made = new uPlot({ ...setup, ...size() }, dataOf(data), element);
    made.over.addEventListener('dblclick', () => current.current.props.onZoomOut());
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [structure]);

  const { pointed } = props;
  useEffect(() => {
    if ((plot.current?.series.length ?? 0) <= MOST_DIMMED) {
      plot.current?.setSeries(pointed < 0 ? null : pointed + 1, { focus: true });
    }
  }, [pointed]);

  const ringKey = JSON.stringify([props.ring, props.events]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when the ring has moved
  useEffect(() => plot.current?.redraw(false), [ringKey]);

  const shown = useRef(data);
  useEffect(() => {
    if (plot.current && (shown.current !== data || range)) {
      shown.current = data;
      plot.current.setData(dataOf(data));
    }
  }, [data, range]);

  return (
    <div
      ref={host}
      className={classes.chart}
      role="img"
      aria-label={summary(props)}
      data-chart={options.type}
    />
  );
}

function reversed<T>(list: readonly T[]): T[] {
  return [...list].reverse();
}

function reversedIn({ xs, columns, distances }: Aligned): Aligned {
  return { xs, columns: reversed(columns), distances: reversed(distances) };
}

function dataOf(data: { xs: number[]; drawn: (number | null | undefined)[][] }): uPlot.AlignedData {
  return [data.xs, ...data.drawn];
}

/** What a screen reader says instead of the picture. */
function summary({ title, series, names, range, options, zone }: TimeChartProps): string {
  const last = series.slice(0, 5).map((one, i) => {
    const value = one.ys.findLast((y) => y !== null) ?? null;
    return `${names[i]} last ${formatValue(value, options.unit, options.decimals)}`;
  });
  const more = series.length > 5 ? `, and ${series.length - 5} more` : '';
  const time = `from ${shownDateTime(range.from, zone)} to ${shownDateTime(range.to, zone)}`;
  return `${title}: ${options.type} chart of ${series.length} series ${time}. ${last.join('; ')}${more}.`;
}
