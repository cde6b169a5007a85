import type uPlot from 'uplot';
import type { Ink } from './plot';

/** What a chart shows of the ring behind it; times are epoch seconds. */
export interface RingMarks {
  /** Nothing before this is kept. */
  edge: number;
  newest: number;
  /** The sample that the next one overwrites; null while the ring is not full. */
  next: number | null;
}

const HATCH = 7;
const ROOM_FOR_TEXT = 96;

/**
 * Shades what lies before the ring's edge and behind its newest sample, and marks where the next
 * overwrite happens.
 */
export function ringMarks(ring: () => RingMarks | null, ink: Ink): uPlot.Plugin {
  const drawClear = (plot: uPlot) => {
    const marks = ring();
    if (!marks) {
      return;
    }
    const { ctx, bbox } = plot;
    const [left, right] = [bbox.left, bbox.left + bbox.width];
    const at = (ts: number) => Math.min(right, Math.max(left, plot.valToPos(ts, 'x', true)));
    ctx.save();
    const [edge, newest] = [at(marks.edge), at(marks.newest)];
    shade(plot, left, edge, ink, 'overwritten');
    shade(plot, newest, right, ink, 'nothing newer');
    if (marks.next !== null && edge > left && edge < right) {
      mark(plot, edge, ink);
    }
    ctx.restore();
  };
  return { hooks: { drawClear: [drawClear] } };
}

function shade({ ctx, bbox }: uPlot, from: number, to: number, ink: Ink, text: string): void {
  const ratio = devicePixelRatio;
  const width = to - from;
  if (width < 2 * ratio) {
    return;
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, bbox.top, width, bbox.height);
  ctx.clip();
  ctx.fillStyle = ink.sunken;
  ctx.fillRect(from, bbox.top, width, bbox.height);
  ctx.strokeStyle = ink.grid;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  for (let x = from - bbox.height; x < to; x += HATCH * ratio) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  if (width > ROOM_FOR_TEXT * ratio) {
    ctx.font = `${10 * ratio}px Inter, system-ui, sans-serif`;
    ctx.textAlign = 'center';
    ctx.fillStyle = ink.text;
    ctx.fillText(text, from + width / 2, bbox.top + bbox.height - 8 * ratio);
  }
  ctx.restore();
}

/** A line with a flag where the hand of the ring stands. */
function mark({ ctx, bbox }: uPlot, x: number, ink: Ink): void {
  const ratio = devicePixelRatio;
  ctx.strokeStyle = ink.accent;
  ctx.fillStyle = ink.accent;
  ctx.lineWidth = 1.5 * ratio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x + 8 * ratio, bbox.top + 4 * ratio);
  ctx.lineTo(x, bbox.top + 8 * ratio);
  ctx.fill();
  ctx.font = `${10 * ratio}px Inter, system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.fillText('next overwrite', x + 11 * ratio, bbox.top + 8 * ratio);
}
