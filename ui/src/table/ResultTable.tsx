import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { Outcome } from '../query/execute';
import { fullName, isMetricId, isNumberColumn, timeColumn } from '../query/frame';
import { shownDateTime } from '../time/shown';
import type { Zone } from '../time/zone';
import classes from './ResultTable.module.css';
import { nextOrder, type Order, sortedRows } from './sort';

const ROW_HEIGHT = 24;

export interface ResultTableProps {
  outcome: Outcome;
  zone: Zone;
}

/** Every row of a result; only those in sight are in the document. */
export function ResultTable({ outcome, zone }: ResultTableProps) {
  const { columns, data, count } = outcome.answer;
  const [order, setOrder] = useState<Order | null>(null);
  const rows = useMemo(() => sortedRows(data, count, order), [data, count, order]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const render = useCellText(outcome, zone);
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <div ref={scroller} className={classes.scroller} tabIndex={0} role="region" aria-label="Rows">
      <table className={classes.table} aria-rowcount={count + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column, index) => (
              <th
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same name
                key={index}
                scope="col"
                data-number={isNumberColumn(column)}
                aria-sort={order?.column === index ? order.direction : undefined}
              >
                <button type="button" onClick={() => setOrder(nextOrder(order, index))}>
                  {column.name}
                  {order?.column === index && (order.direction === 'ascending' ? ' ↑' : ' ↓')}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map((item) => (
            <tr key={item.key} aria-rowindex={item.index + 2} style={{ height: ROW_HEIGHT }}>
              {columns.map((column, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same name
                <td key={index} data-number={isNumberColumn(column)}>
                  {render(index, rows[item.index] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}

/** The text of a cell: times in the zone, ids with the series they mean. */
function useCellText(outcome: Outcome, zone: Zone): (column: number, row: number) => string {
  return useMemo(() => {
    const { columns, data } = outcome.answer;
    const time = timeColumn(columns);
    const ids = columns.findIndex(isMetricId);
    return (column, row) => {
      const value = data[column]?.[row] ?? null;
      if (value === null) {
        return '–';
      }
      if (column === time && typeof value === 'number') {
        return shownDateTime(value, zone);
      }
      const metric = column === ids ? outcome.metrics.get(Number(value)) : undefined;
      return metric
        ? `${value} ${fullName({ name: metric.name, labels: metric.tags })}`
        : String(value);
    };
  }, [outcome, zone]);
}
