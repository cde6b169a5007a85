import type uPlot from 'uplot';
import type { ChartOptions } from './options';
import type { Ink } from './plot';
import { formatValue } from './units';

/** Draws each threshold as a dashed line with its value, and shades what lies beyond. */
export function thresholdLines(options: ChartOptions, ink: Ink): uPlot.Plugin {
  const draw = (plot: uPlot) => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${11 * ratio}px Inter, system-ui, sans-serif`;
    ctx.textAlign = 'right';
    for (const { value, level, below } of options.thresholds) {
      const y = Math.round(plot.valToPos(value, 'y', true));
      shade(plot, y, below ?? false, ink[level]);
      if (y < bbox.top || y > bbox.top + bbox.height) {
        continue;
      }
      ctx.strokeStyle = ink[level];
      ctx.fillStyle = ink[level];
      ctx.lineWidth = ratio;
      ctx.setLineDash([6 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      const label = formatValue(value, options.unit, options.decimals);
      ctx.fillText(label, bbox.left + bbox.width - 4 * ratio, y - 4 * ratio);
    }
    ctx.restore();
  };
  return { hooks: { draw: [draw] } };
}

function shade({ ctx, bbox }: uPlot, y: number, below: boolean, colour: string): void {
  const bottom = bbox.top + bbox.height;
  const at = Math.min(bottom, Math.max(bbox.top, y));
  ctx.save();
  ctx.globalAlpha = 0.07;
  ctx.fillStyle = colour;
  ctx.fillRect(bbox.left, below ? at : bbox.top, bbox.width, below ? bottom - at : at - bbox.top);
  ctx.restore();
}
