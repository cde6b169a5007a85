import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { levelOf, type Threshold } from '../chart/options';
import { exactFigure, type Reduction } from '../chart/reduce';
import { Sparkline } from '../chart/Sparkline';
import { decimalsFor, decimalsOf, formatExact, formatValue, type Unit } from '../chart/units';
import type { Outcome } from '../query/execute';
import { fullName, type Series, shortNames } from '../query/frame';
import { openFrom, upTo } from '../query/openFrom';
import { summaryOf } from '../query/summary';
import classes from './ResultTable.module.css';
import { nextOrder, type Order, sortedRows } from './sort';

const ROW_HEIGHT = 28;
const FIGURES: readonly { id: Reduction; head: string }[] = [
  { id: 'last', head: 'Last' },
  { id: 'min', head: 'Min' },
  { id: 'mean', head: 'Mean' },
  { id: 'max', head: 'Max' },
];
/** Where the line stands: behind the last value, which it explains. */
const TREND = 2;

export interface SeriesTableProps {
  outcome: Outcome;
  options: { unit: Unit; decimals?: number; thresholds: readonly Threshold[] };
}

/** A row for each series: its last value, its line, and what it amounts to. Sorts by any column. */
export function SeriesTable({ outcome, options }: SeriesTableProps) {
  const { series, request } = outcome;
  const [order, setOrder] = useState<Order | null>(null);
  const columns = useMemo(() => {
    const summaries = series.map((one) => summaryOf(one, outcome).figures);
    return [shortNames(series), ...FIGURES.map(({ id }) => summaries.map((all) => all[id]))];
  }, [series, outcome]);
  const open = openFrom(outcome);
  const rows = useMemo(
    () => sortedRows(columns, series.length, order),
    [columns, series.length, order],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: series.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const { unit } = options;
  const decimals = useMemo(
    () => decimalsFor(columns.slice(1).flat().filter(isNumber), unit),
    [columns, unit],
  );
  const format = (value: number | null, one: Series, id: Reduction) => {
    const exact = exactFigure(one, id);
    return exact === undefined
      ? formatValue(value, unit, options.decimals ?? decimalsOf(value, unit, decimals))
      : formatExact(exact, unit, options.decimals);
  };
  const heads = ['Series', ...FIGURES.map(({ head }) => head)];
  const sorting = (index: number) => (
    <th
      key={index}
      scope="col"
      data-number={index > 0}
      data-figure={FIGURES[index - 1]?.id}
      aria-sort={order?.column === index ? order.direction : undefined}
    >
      <button type="button" onClick={() => setOrder(nextOrder(order, index, index > 0))}>
        {heads[index]}
        {order?.column === index && (order.direction === 'ascending' ? ' ↑' : ' ↓')}
      </button>
    </th>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <div ref={scroller} className={classes.scroller} tabIndex={0} role="region" aria-label="Series">
      <table
        className={classes.table}
        aria-rowcount={series.length + 1}
        data-series={series.length}
      >
        <thead>
          <tr aria-rowindex={1}>
            {heads.slice(0, TREND).map((_, index) => sorting(index))}
            <th scope="col" data-figure="trend">
              Trend
            </th>
            {heads.slice(TREND).map((_, index) => sorting(index + TREND))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map((item) => {
            const row = rows[item.index] ?? 0;
            const one = series[row];
            const full = one && upTo(one, open);
            const value = (index: number) => (columns[index]?.[row] ?? null) as number | null;
            return (
              full && (
                <tr key={one.key} aria-rowindex={item.index + 2} style={{ height: ROW_HEIGHT }}>
                  <td title={fullName(one)}>{columns[0]?.[row]}</td>
                  <td data-number data-level={levelOf(value(1), options.thresholds)?.level}>
                    {format(value(1), one, 'last')}
                  </td>
                  <td className={classes.trend} data-figure="trend">
                    <Sparkline
                      xs={full.xs}
                      ys={full.ys}
                      range={request.range}
                      bucket={request.bucket}
                      unit={options.unit}
                      height={ROW_HEIGHT - 8}
                      fill
                    />
                  </td>
                  {FIGURES.slice(1).map(({ id }, index) => (
                    <td key={id} data-number data-figure={id}>
                      {format(value(index + TREND), one, id)}
                    </td>
                  ))}
                </tr>
              )
            );
          })}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
