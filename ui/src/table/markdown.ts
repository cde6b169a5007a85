import type { Value } from '../api/types';
import type { Zone } from '../time/zone';
import { type CellSource, cellsOf } from './cells';

/** More rows nobody reads in a ticket. */
const MOST_ROWS = 100;

/** The first rows of a result as a Markdown table; says how many are left out. */
export function toMarkdown(source: CellSource, zone: Zone): string {
  const { heads, count, row } = cellsOf(source, zone);
  const shown = Math.min(count, MOST_ROWS);
  const lines = [line(heads), line(heads.map(() => '---'))];
  for (let i = 0; i < shown; i++) {
    lines.push(line(row(i)));
  }
  if (shown < count) {
    lines.push('', `${count - shown} more rows`);
  }
  return `${lines.join('\n')}\n`;
}

function line(values: readonly Value[]): string {
  return `| ${values.map(cell).join(' | ')} |`;
}

function cell(value: Value): string {
  return value === null
    ? ''
    : String(value)
        .replaceAll('\\', '\\\\')
        .replaceAll('|', '\\|')
        .replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
