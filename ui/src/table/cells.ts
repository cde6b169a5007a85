import type { Column, Value } from '../api/types';
import type { MetricName } from '../query/frame';
import { fullName, isMetricId, timeColumn } from '../query/frame';
import { formatIso, type Zone } from '../time/zone';

export interface Cells {
  heads: readonly string[];
  count: number;
  row: (index: number) => readonly Value[];
}

export interface CellSource {
  columns: readonly Column[];
  data: readonly (readonly Value[])[];
  metrics: ReadonlyMap<number, MetricName>;
}

/** A result as others read it: times as ISO 8601 in a zone, and beside an id the series it means. */
export function cellsOf({ columns, data, metrics }: CellSource, zone: Zone): Cells {
  const time = timeColumn(columns);
  const value = (column: number, row: number) => data[column]?.[row] ?? null;
  return {
    heads: columns.flatMap((column) =>
      isMetricId(column) ? [column.name, 'series'] : column.name,
    ),
    count: data[0]?.length ?? 0,
    row: (row) =>
      columns.flatMap((column, index) => {
        const plain = value(index, row);
        if (index === time && typeof plain === 'number') {
          return formatIso(plain, zone);
        }
        return isMetricId(column) ? [plain, seriesOf(plain, metrics)] : [plain];
      }),
  };
}

function seriesOf(id: Value, metrics: ReadonlyMap<number, MetricName>): string | null {
  const metric = metrics.get(Number(id));
  return metric ? fullName({ name: metric.name, labels: metric.tags }) : null;
}
