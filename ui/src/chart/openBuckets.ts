import type uPlot from 'uplot';
import { barPixels } from './bars';
import { type PlotSetup, scaleOf } from './plot';

const DASH = [3, 4];

/** The last index up to which all buckets are full. */
export function lastFull(
  plot: uPlot,
  first: number,
  last: number,
  openFrom: number | null,
): number {
  let index = last;
  while (openFrom !== null && index > first && (plot.data[0][index] ?? 0) > openFrom) {
    index--;
  }
  return index;
}

/** Draws the way to what is still filling dashed, as it will yet change. */
export function openBuckets(setup: PlotSetup): uPlot.Plugin {
  const drawSeries = (plot: uPlot, series: number) => {
    const openFrom = setup.openFrom();
    const line = setup.lines[series - 1];
    if (!line || openFrom === null || line.type === 'points') {
      return;
    }
    const points = openPoints(plot, series, scaleOf(line), openFrom);
    if (line.type === 'bars') {
      stroke(plot, outline(plot, points[0], setup.reach(series - 1)), line.colour);
    } else if (points.length > 0) {
      stroke(plot, points, line.colour);
    }
  };
  return { hooks: { drawSeries: [drawSeries] } };
}

/** Where a line goes from its last full bucket on, the last point first; empty if it ends there. */
function openPoints(
  plot: uPlot,
  series: number,
  scale: string,
  openFrom: number,
): [number, number][] {
  const xs = plot.data[0];
  const column = plot.data[series] ?? [];
  const points: [number, number][] = [];
  for (let i = xs.length - 1; i >= 0; i--) {
    const x = xs[i] as number;
    const y = column[i];
    const isFull = x <= openFrom;
    if ((isFull && points.length === 0) || (y === null && points.length > 0)) {
      break;
    }
    if (typeof y === 'number') {
      points.push([plot.valToPos(x, 'x', true), plot.valToPos(y, scale, true)]);
      if (isFull) {
        break;
      }
    }
  }
  return points;
}

/** Of a bar, for a bucket of so many seconds. */
function outline(
  plot: uPlot,
  top: [number, number] | undefined,
  seconds: number,
): [number, number][] {
  if (!top) {
    return [];
  }
  const width = barPixels(plot, seconds) * devicePixelRatio;
  const [left, right] = [top[0] - width / 2, top[0] + width / 2];
  const bottom = plot.valToPos(Math.max(0, plot.scales.y?.min ?? 0), 'y', true);
  return [
    [left, bottom],
    [left, top[1]],
    [right, top[1]],
    [right, bottom],
  ];
}

function stroke(plot: uPlot, points: readonly [number, number][], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  for (const [x, y] of points) {
    ctx.lineTo(x, y);
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash(DASH.map((length) => length * devicePixelRatio));
  ctx.stroke();
  ctx.restore();
}
