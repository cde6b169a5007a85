import type uPlot from 'uplot';
import classes from '../chart/chart.module.css';
import type { Unit } from '../chart/units';
import { formatClosely } from '../chart/units';
import { shownDateTime } from '../time/shown';
import type { Zone } from '../time/zone';
import type { Heatmap } from './heatmap';

export interface CellTooltipSetup {
  map: () => Heatmap;
  bucket: () => number;
  unit: Unit;
  zone: Zone;
  onHover: (hovering: boolean) => void;
}

/** Says what the cell under the pointer counts. */
export function cellTooltip(setup: CellTooltipSetup): uPlot.Plugin {
  const box = document.createElement('div');
  box.className = classes.tooltip ?? '';
  box.hidden = true;

  function fill(plot: uPlot): boolean {
    const { left = -1, top = -1 } = plot.cursor;
    const map = setup.map();
    const ts = plot.posToVal(left, 'x');
    const at = map.xs.findLastIndex((x) => x <= ts);
    const row = Math.floor(plot.posToVal(top, 'y'));
    const count = map.counts[row]?.[at] ?? null;
    const start = map.xs[at] ?? 0;
    if (left < 0 || count === null || ts >= start + setup.bucket()) {
      return false;
    }
    const all = map.counts.reduce((sum, one) => sum + (one[at] ?? 0), 0);
    const share = all > 0 ? `, ${formatClosely((100 * count) / all, 'percent', 1)} of all` : '';
    box.replaceChildren(
      line(shownDateTime(start, setup.zone), classes.tooltipTime),
      line(rangeOf(map.bounds, row, setup.unit)),
      line(`${formatClosely(count, 'none', 1).replace(/\.0$/, '')}${share}`),
    );
    return true;
  }

  function place(plot: uPlot): void {
    const { left = 0, top = 0 } = plot.cursor;
    const fits = left + 16 + box.offsetWidth <= plot.over.clientWidth;
    box.style.left = `${fits ? left + 16 : Math.max(0, left - box.offsetWidth - 16)}px`;
    const room = plot.over.clientHeight - box.offsetHeight;
    box.style.top = `${Math.max(0, Math.min(room, top - box.offsetHeight / 2))}px`;
  }

  return {
    hooks: {
      init: [
        (plot) => {
          plot.over.append(box);
          plot.over.addEventListener('mouseenter', () => setup.onHover(true));
          plot.over.addEventListener('mouseleave', () => setup.onHover(false));
        },
      ],
      setCursor: [
        (plot) => {
          box.hidden = !plot.over.matches(':hover') || !fill(plot);
          if (!box.hidden) {
            place(plot);
          }
        },
      ],
      destroy: [() => setup.onHover(false)],
    },
  };
}

/** `100 ms to 500 ms`, `over 1 s`. */
export function rangeOf(bounds: readonly number[], row: number, unit: Unit): string {
  const [low, high] = [bounds[row - 1], bounds[row] ?? 0];
  if (!Number.isFinite(high)) {
    return low === undefined ? 'all' : `over ${formatClosely(low, unit)}`;
  }
  return low === undefined
    ? `up to ${formatClosely(high, unit)}`
    : `${formatClosely(low, unit)} to ${formatClosely(high, unit)}`;
}

function line(text: string, className = ''): HTMLElement {
  const created = document.createElement('div');
  created.textContent = text;
  created.className = className;
  return created;
}
