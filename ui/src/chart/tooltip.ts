import type uPlot from 'uplot';
import { shownDateTime } from '../time/shown';
import type { Zone } from '../time/zone';
import classes from './chart.module.css';
import { type Line, scaleOf } from './plot';

export interface TooltipSetup {
  lines: readonly Line[];
  zone: Zone;
  /** The value of a line at an index of the data, before stacking. */
  value: (line: number, index: number) => number | null | undefined;
  /** Such a value as it is shown. */
  text: (value: number, line: number, index: number) => string;
  onHover: (hovering: boolean) => void;
  /** Notes something about a moment; undefined where that is not possible. */
  onNote: ((at: number) => void) | undefined;
}

const SHOWN = 14;

interface Row {
  line: Line;
  text: string;
  distance: number;
  value: number;
}

/**
 * Values at the pointer, in a box that follows it; a click leaves a copy behind. Built by hand
 * rather than by React, because it changes with every move of the pointer.
 */
export function tooltip(setup: TooltipSetup): uPlot.Plugin {
  const box = document.createElement('div');
  box.className = classes.tooltip as string;
  box.hidden = true;

  function rowsAt(plot: uPlot): Row[] {
    const top = plot.cursor.top ?? 0;
    return setup.lines
      .flatMap((line, i) => {
        const index = plot.cursor.idxs?.[i + 1] ?? -1;
        const value = setup.value(i, index);
        const drawn = plot.data[i + 1]?.[index];
        if (value === null || value === undefined || typeof drawn !== 'number') {
          return [];
        }
        const distance = Math.abs(plot.valToPos(drawn, scaleOf(line)) - top);
        return [{ line, text: setup.text(value, i, index), distance, value }];
      })
      .sort((a, b) => b.value - a.value);
  }

  function fill(plot: uPlot): boolean {
    const index = plot.cursor.idx;
    const time = index === null || index === undefined ? undefined : plot.data[0][index];
    const rows = time === undefined ? [] : rowsAt(plot);
    if (time === undefined || rows.length === 0) {
      return false;
    }
    const nearest = rows.reduce((best, row) => (row.distance < best.distance ? row : best));
    const shown = around(rows, rows.indexOf(nearest));
    const head = element('div', shownDateTime(time, setup.zone), classes.tooltipTime);
    box.replaceChildren(head, ...shown.map((row) => rowElement(row, row === nearest)));
    if (shown.length < rows.length) {
      box.append(
        element(
          'div',
          `${(rows.length - shown.length).toLocaleString('en')} more`,
          classes.tooltipMore,
        ),
      );
    }
    return true;
  }

  function place(plot: uPlot): void {
    beside(box, plot, plot.cursor.left ?? 0);
    const { offsetHeight: height } = box;
    const room = plot.over.clientHeight - height;
    box.style.top = `${Math.max(0, Math.min(room, (plot.cursor.top ?? 0) - height / 2))}px`;
  }

  const pins = new Map<HTMLElement, number>();

  /** What is pinned goes with its moment, and leaves the chart with it. */
  function follow(plot: uPlot): void {
    const { min = 0, max = 0 } = plot.scales.x ?? {};
    for (const [pinned, ts] of pins) {
      if (ts < (min ?? 0) || ts > (max ?? 0)) {
        pinned.remove();
        pins.delete(pinned);
      } else {
        beside(pinned, plot, plot.valToPos(ts, 'x'));
      }
    }
  }

  function pin(plot: uPlot): void {
    const ts = plot.data[0][plot.cursor.idx ?? -1];
    if (box.hidden || ts === undefined) {
      return;
    }
    const pinned = box.cloneNode(true) as HTMLElement;
    pins.set(pinned, ts);
    const close = element('button', '×', classes.tooltipClose);
    close.setAttribute('aria-label', 'Close');
    close.onclick = (event) => {
      event.stopPropagation();
      pinned.remove();
      pins.delete(pinned);
    };
    pinned.dataset.pinned = 'true';
    pinned.append(close);
    const { onNote } = setup;
    if (onNote) {
      const note = element('button', 'Add a note', classes.tooltipNote);
      note.onclick = (event) => {
        event.stopPropagation();
        onNote(ts);
      };
      pinned.append(note);
    }
    plot.over.append(pinned);
  }

  return {
    hooks: {
      init: [
        (plot) => {
          plot.over.append(box);
          plot.over.addEventListener('mouseenter', () => setup.onHover(true));
          plot.over.addEventListener('mouseleave', () => setup.onHover(false));
          plot.over.addEventListener('click', (event) => {
            // A finger would cover the chart with what it only meant to see.
            if ((event as PointerEvent).pointerType !== 'touch') {
              pin(plot);
            }
          });
        },
      ],
      setScale: [(plot, key) => key === 'x' && follow(plot)],
      setCursor: [
        (plot) => {
          const isHere = plot.cursor.event !== undefined && plot.over.matches(':hover');
          box.hidden = !isHere || (plot.cursor.left ?? -1) < 0 || !fill(plot);
          if (!box.hidden) {
            place(plot);
          }
        },
      ],
      destroy: [() => setup.onHover(false)],
    },
  };
}

/** On the right of a place, or on its left where that has no room. */
function beside(box: HTMLElement, plot: uPlot, left: number): void {
  const { offsetWidth: width } = box;
  const fits = left + 16 + width <= plot.over.clientWidth;
  box.style.left = `${fits ? left + 16 : Math.max(left - width - 16, -plot.over.offsetLeft)}px`;
}

/** The rows around the nearest one, if there are too many. */
function around(rows: Row[], nearest: number): Row[] {
  const start = Math.max(0, Math.min(nearest - SHOWN / 2, rows.length - SHOWN));
  return rows.slice(start, start + SHOWN);
}

function rowElement(row: Row, isNearest: boolean): HTMLElement {
  const element = document.createElement('div');
  element.className = classes.tooltipRow as string;
  element.dataset.nearest = String(isNearest);
  const swatch = document.createElement('i');
  swatch.style.background = row.line.colour;
  const name = document.createElement('span');
  name.textContent = row.line.name;
  const value = document.createElement('b');
  value.textContent = row.text;
  element.append(swatch, name, value);
  return element;
}

function element(tag: string, text: string, className: string | undefined): HTMLElement {
  const created = document.createElement(tag);
  created.textContent = text;
  created.className = className ?? '';
  return created;
}
