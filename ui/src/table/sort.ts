import type { Value } from '../api/types';
import { compareNaturally } from '../query/natural';

export interface Order {
  column: number;
  direction: 'ascending' | 'descending';
}

/** Row numbers in an order; null comes last either way, and equal rows keep their order. */
export function sortedRows(
  data: readonly (readonly Value[])[],
  count: number,
  order: Order | null,
): number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  if (!order) {
    return rows;
  }
  const values = data[order.column] ?? [];
  const sign = order.direction === 'ascending' ? 1 : -1;
  return rows.sort((a, b) => {
    const left = values[a] ?? null;
    const right = values[b] ?? null;
    if (left === null || right === null) {
      return Number(left === null) - Number(right === null);
    }
    if (typeof left === 'string' && typeof right === 'string') {
      return sign * compareNaturally(left, right);
    }
    return left === right ? 0 : left < right ? -sign : sign;
  });
}

/** After a click on the head of a column: one way, the other, then as it came. */
export function nextOrder(
  before: Order | null,
  column: number,
  largestFirst = false,
): Order | null {
  const [first, second] = largestFirst
    ? (['descending', 'ascending'] as const)
    : (['ascending', 'descending'] as const);
  if (before?.column !== column) {
    return { column, direction: first };
  }
  return before.direction === first ? { column, direction: second } : null;
}
