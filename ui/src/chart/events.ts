import type uPlot from 'uplot';
import type { Range } from '../time/range';
import type { Ink } from './plot';

/** Something that happened, as a mark on a chart; times are epoch seconds. */
export interface ChartEvent {
  key: string;
  at: number;
  /** When it ended; null for a moment. */
  until: number | null;
  text: string;
  /** The id of the note that somebody wrote; undefined for what a metric tells. */
  note?: number;
}

/** Those that a range shows. */
export function eventsIn(events: readonly ChartEvent[], { from, to }: Range): ChartEvent[] {
  return events.filter(({ at, until }) => at <= to && (until ?? at) >= from);
}

/** Draws a dashed line at each event, and shades those that took a while. */
export function eventLines(events: () => readonly ChartEvent[], ink: Ink): uPlot.Plugin {
  const draw = (plot: uPlot) => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const [left, right] = [bbox.left, bbox.left + bbox.width];
    ctx.save();
    ctx.strokeStyle = ink.note;
    ctx.fillStyle = ink.note;
    ctx.lineWidth = ratio;
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    for (const { at, until } of events()) {
      const xs = [at, until ?? at].map((ts) => Math.round(plot.valToPos(ts, 'x', true)));
      const [from, to] = xs.map((x) => Math.min(right, Math.max(left, x))) as [number, number];
      if (to > from) {
        ctx.globalAlpha = 0.1;
        ctx.fillRect(from, bbox.top, to - from, bbox.height);
        ctx.globalAlpha = 1;
      }
      for (const x of new Set(xs)) {
        if (x >= left && x <= right) {
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
        }
      }
    }
    ctx.restore();
  };
  return { hooks: { draw: [draw] } };
}

/** Says where the plot lies within its container, for what is put over it. */
export function placing(container: HTMLElement | null): uPlot.Plugin {
  const place = ({ over }: uPlot) => {
    container?.style.setProperty('--plot-left', `${over.offsetLeft}px`);
    container?.style.setProperty('--plot-width', `${over.offsetWidth}px`);
  };
  return { hooks: { draw: [place] } };
}
