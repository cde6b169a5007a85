import type uPlot from 'uplot';
import type { Ink } from '../chart/plot';
import type { Heatmap } from './heatmap';

const FAINTEST = 0.12;

/** How strongly a count is painted, 0 to 1: by its square root, so that few are seen, too. */
export function strength(count: number, most: number): number {
  return count <= 0 ? 0 : FAINTEST + (1 - FAINTEST) * Math.sqrt(count / Math.max(most, count));
}

/** Paints a cell for each count, rows of equal height from the bottom up. */
export function cells(map: () => Heatmap, bucket: () => number, ink: Ink): uPlot.Plugin {
  const draw = (plot: uPlot) => {
    const { xs, counts, most } = map();
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = ink.accent;
    const edges = xs.map((x) => Math.round(plot.valToPos(x, 'x', true)));
    const ends = xs.map((x) => Math.round(plot.valToPos(x + bucket(), 'x', true)));
    counts.forEach((row, i) => {
      const top = Math.round(plot.valToPos(i + 1, 'y', true));
      const bottom = Math.round(plot.valToPos(i, 'y', true));
      row.forEach((count, at) => {
        const [from = 0, to = 0] = [edges[at], ends[at]];
        if (count !== null && count > 0) {
          ctx.globalAlpha = strength(count, most);
          ctx.fillRect(from, top, Math.max(1, to - from - gap(to - from)), bottom - top - 1);
        }
      });
    });
    ctx.restore();
  };
  return { hooks: { drawSeries: [(plot, series) => series === 1 && draw(plot)] } };
}

/** Cells that are wide enough stand apart. */
function gap(width: number): number {
  return width >= 4 ? 1 : 0;
}
