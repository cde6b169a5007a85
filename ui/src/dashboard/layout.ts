import { COLUMNS, type Layout } from './model';

/** Something that lies on the grid. */
export interface Placed {
  id: number;
  layout: Layout;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** One step in a direction. Up and down change places with the neighbour there. */
export function moved<T extends Placed>(items: readonly T[], id: number, to: Direction): T[] {
  return changed(items, id, (layout) => {
    switch (to) {
      case 'left':
        return { ...layout, x: Math.max(0, layout.x - 1) };
      case 'right':
        return { ...layout, x: Math.min(COLUMNS - layout.w, layout.x + 1) };
      case 'up':
        return { ...layout, y: above(items, id, layout)?.y ?? layout.y };
      case 'down': {
        const next = below(items, id, layout);
        return { ...layout, y: next ? next.y + next.h : layout.y };
      }
    }
  });
}

/** One step larger (right, down) or smaller (left, up). */
export function resized<T extends Placed>(items: readonly T[], id: number, to: Direction): T[] {
  return changed(items, id, (layout) => {
    switch (to) {
      case 'left':
        return { ...layout, w: Math.max(1, layout.w - 1) };
      case 'right':
        return { ...layout, w: Math.min(COLUMNS - layout.x, layout.w + 1) };
      case 'up':
        return { ...layout, h: Math.max(1, layout.h - 1) };
      case 'down':
        return { ...layout, h: layout.h + 1 };
    }
  });
}

/**
 * Moves everything up as far as it goes, and apart where it overlaps.
 *
 * @param firstId whose place counts where two want the same
 */
export function compacted<T extends Placed>(items: readonly T[], firstId?: number): T[] {
  const rank = (item: T) => (item.id === firstId ? 0 : 1);
  const order = [...items].sort(
    (a, b) => a.layout.y - b.layout.y || rank(a) - rank(b) || a.layout.x - b.layout.x,
  );
  const placed = new Map<number, Layout>();
  for (const item of order) {
    const collides = (y: number) =>
      [...placed.values()].some((other) => overlap({ ...item.layout, y }, other));
    let { y } = item.layout;
    while (collides(y)) {
      y++;
    }
    while (y > 0 && !collides(y - 1)) {
      y--;
    }
    placed.set(item.id, { ...item.layout, y });
  }
  return items.map((item) => ({ ...item, layout: placed.get(item.id) as Layout }));
}

function changed<T extends Placed>(
  items: readonly T[],
  id: number,
  change: (layout: Layout) => Layout,
): T[] {
  const next = items.map((item) =>
    item.id === id ? { ...item, layout: change(item.layout) } : item,
  );
  return compacted(next, id);
}

function above(items: readonly Placed[], id: number, own: Layout): Layout | undefined {
  return neighbours(items, id, own)
    .filter((other) => other.y + other.h <= own.y)
    .sort((a, b) => b.y + b.h - (a.y + a.h))[0];
}

function below(items: readonly Placed[], id: number, own: Layout): Layout | undefined {
  return neighbours(items, id, own)
    .filter((other) => other.y >= own.y + own.h)
    .sort((a, b) => a.y - b.y)[0];
}

/** Those in the same columns. */
function neighbours(items: readonly Placed[], id: number, own: Layout): Layout[] {
  return items
    .filter((item) => item.id !== id)
    .map((item) => item.layout)
    .filter((other) => other.x < own.x + own.w && own.x < other.x + other.w);
}

function overlap(a: Layout, b: Layout): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
