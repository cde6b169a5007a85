import type { Value } from '../api/types';

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
    return left === right ? 0 : left < right ? -sign : sign;
  });
}
