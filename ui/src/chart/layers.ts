import type uPlot from 'uplot';
import type { Layer } from './align';

/** Draws a line of a stack, and fills it down to what lies below it. */
export function layers(layer: () => Layer | null, filled: boolean): uPlot.Series.PathBuilder {
  return (plot, series, first, last) => {
    const { top, base } = layer() ?? { top: [], base: [] };
    const [stroke, fill] = [new Path2D(), filled ? new Path2D() : null];
    const scale = plot.series[series]?.scale ?? 'y';
    const x = (index: number) => plot.valToPos(plot.data[0][index] as number, 'x', true);
    const y = (value: number | null | undefined) => plot.valToPos(value ?? 0, scale, true);
    for (const [start, end] of stretches(top, first, last)) {
      stroke.moveTo(x(start), y(top[start]));
      fill?.moveTo(x(start), y(top[start]));
      for (let i = start + 1; i <= end; i++) {
        stroke.lineTo(x(i), y(top[i]));
        fill?.lineTo(x(i), y(top[i]));
      }
      for (let i = end; i >= start; i--) {
        fill?.lineTo(x(i), y(base[i]));
      }
      fill?.closePath();
    }
    return { stroke, fill, flags: 0 };
  };
}

/** From where to where there are values, both ends included. */
function stretches(
  values: readonly (number | null)[],
  first: number,
  last: number,
): [number, number][] {
  const found: [number, number][] = [];
  for (let i = first; i <= last; i++) {
    const before = found.at(-1);
    if (typeof values[i] !== 'number') {
      continue;
    }
    if (before && before[1] === i - 1) {
      before[1] = i;
    } else {
      found.push([i, i]);
    }
  }
  return found;
}
