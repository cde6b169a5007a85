import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import classes from '../chart/chart.module.css';
import { type ChartEvent, eventLines, placing } from '../chart/events';
import { inkOf } from '../chart/ink';
import { axis, onDrag, timeAxis } from '../chart/plot';
import { formatTicks, type Unit } from '../chart/units';
import type { Range } from '../time/range';
import { type Zone, zoneName } from '../time/zone';
import { cellTooltip } from './cellTooltip';
import type { Heatmap } from './heatmap';
import { cells } from './paint';

export interface HeatChartProps {
  map: Heatmap;
  range: Range;
  /** Seconds that a cell stands for. */
  bucket: number;
  events: readonly ChartEvent[];
  unit: Unit;
  zone: Zone;
  title: string;
  syncKey?: string | undefined;
  onZoom: (range: Range) => void;
  onZoomOut: () => void;
  onHover: (hovering: boolean) => void;
}

const LEAST_ROW = 16;

/** A heatmap of a histogram over time. Fills its container. */
export default function HeatChart(props: HeatChartProps) {
  const { map, range, unit, zone, syncKey } = props;
  const theme = useComputedColorScheme('light');
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const current = useRef(props);
  current.current = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew in the colours of a theme
  useEffect(() => {
    const element = host.current;
    if (!element) {
      return;
    }
    const ink = inkOf(element);
    const bounds = () => current.current.map.bounds;
    const mapNow = () => current.current.map;
    const bucketNow = () => current.current.bucket;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const made = new uPlot(
      {
        ...size(),
        legend: { show: false },
        padding: [10, 18, 0, 0],
        tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), zoneName(zone)),
        cursor: {
          drag: { x: true, y: false, setScale: false },
          points: { show: false },
          y: false,
          ...(syncKey ? { sync: { key: syncKey, scales: ['x', null] } } : {}),
        },
        scales: {
          x: { time: true, range: () => [current.current.range.from, current.current.range.to] },
          y: { range: () => [0, Math.max(1, bounds().length)] },
        },
        axes: [
          timeAxis(zone, ink),
          {
            ...axis(ink),
            grid: { show: false },
            splits: (self) => rowEdges(bounds().length, self.height - 30),
            values: (_, rows) => labels(rows, bounds(), unit),
            size: (_, texts) => 16 + 6.4 * Math.max(3, ...(texts ?? []).map((t) => t?.length ?? 0)),
          },
        ],
        series: [{}, { paths: () => null, points: { show: false } }],
        hooks: { setSelect: [(self) => onDrag(self, (zoomed) => current.current.onZoom(zoomed))] },
        plugins: [
          cells(mapNow, bucketNow, ink),
          eventLines(() => current.current.events, ink),
          placing(element.parentElement),
          cellTooltip({
            map: mapNow,
            bucket: bucketNow,
            unit,
            zone,
            onHover: (hovering) => current.current.onHover(hovering),
          }),
        ],
      },
      dataOf(current.current.map),
      element,
    );
    made.over.addEventListener('dblclick', () => current.current.onZoomOut());
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [unit, zone, theme, syncKey]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew with what it shows
  useEffect(() => plot.current?.setData(dataOf(map)), [map, range, props.events]);

  return (
    <div
      ref={host}
      className={classes.chart}
      role="img"
      aria-label={`${props.title}: heatmap with ${map.bounds.length} rows`}
      data-chart="heatmap"
    />
  );
}

function dataOf(map: Heatmap): uPlot.AlignedData {
  return [[...map.xs], map.xs.map(() => 0)];
}

/** The edges between rows that have room for a label. */
function rowEdges(rows: number, height: number): number[] {
  const every = Math.max(1, Math.ceil((rows * LEAST_ROW) / Math.max(1, height)));
  return Array.from({ length: Math.floor(rows / every) + 1 }, (_, i) => i * every);
}

/** The lowest edge has no bound of its own. */
function labels(rows: readonly number[], bounds: readonly number[], unit: Unit): string[] {
  return rows.map((row) => {
    const bound = bounds[row - 1];
    if (bound === undefined) {
      return '';
    }
    return Number.isFinite(bound) ? (formatTicks([bound], unit)[0] ?? '') : '∞';
  });
}
