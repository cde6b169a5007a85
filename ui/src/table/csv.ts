import type { Column, Value } from '../api/types';
import type { MetricName } from '../query/frame';
import { fullName, isMetricId, timeColumn } from '../query/frame';
import { formatIso, type Zone } from '../time/zone';

export interface CsvSource {
  columns: readonly Column[];
  data: readonly (readonly Value[])[];
  metrics: ReadonlyMap<number, MetricName>;
}

/**
 * A result as RFC 4180: times as ISO 8601 in a zone, null empty, an empty text quoted. Beside an
 * id stands the series that it means.
 */
export function toCsv({ columns, data, metrics }: CsvSource, zone: Zone): string {
  const time = timeColumn(columns);
  const cells = columns.map((column, index) => {
    const values = data[index] ?? [];
    if (index === time) {
      return (row: number) => timeCell(values[row] ?? null, zone);
    }
    if (isMetricId(column)) {
      return (row: number) => idCells(values[row] ?? null, metrics);
    }
    return (row: number) => cell(values[row] ?? null);
  });
  const head = columns.map((c) => (isMetricId(c) ? `${cell(c.name)},series` : cell(c.name)));
  const lines = [head.join(',')];
  const count = data[0]?.length ?? 0;
  for (let row = 0; row < count; row++) {
    lines.push(cells.map((render) => render(row)).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function timeCell(value: Value, zone: Zone): string {
  return typeof value === 'number' ? formatIso(value, zone) : cell(value);
}

function idCells(value: Value, metrics: ReadonlyMap<number, MetricName>): string {
  const metric = metrics.get(Number(value));
  const name = metric ? fullName({ name: metric.name, labels: metric.tags }) : null;
  return `${cell(value)},${cell(name)}`;
}

function cell(value: Value): string {
  if (value === null) {
    return '';
  }
  const text = String(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string, mediaType: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
