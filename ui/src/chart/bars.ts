import uPlot from 'uplot';

const LEAST_PIXELS = 6;
const MOST_PIXELS = 40;
const SHARE = 0.7;

/** How wide a bar is in CSS pixels: a share of its bucket, but never hard to see. */
export function barPixels(plot: uPlot, seconds: number): number {
  const bucket = plot.valToPos(seconds, 'x') - plot.valToPos(0, 'x');
  return Math.min(MOST_PIXELS, Math.max(LEAST_PIXELS, bucket * SHARE));
}

/** Bars, all of one width. */
export function bars(seconds: () => number): uPlot.Series.PathBuilder {
  return (plot, ...rest) => {
    const width = barPixels(plot, seconds());
    const build = uPlot.paths.bars?.({ size: [SHARE, width, width] });
    return build ? build(plot, ...rest) : null;
  };
}
