import type { Value } from '../api/types';
import type { Zone } from '../time/zone';
import { type CellSource, cellsOf } from './cells';

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A result as RFC 4180: null is empty, an empty text quoted. Texts that begin as formulas do get an
 * apostrophe before them, as with `csv=safe` of the API; numbers stay numbers.
 */
export function toCsv(source: CellSource, zone: Zone): string {
  const { heads, count, row } = cellsOf(source, zone);
  const lines = [heads.map(cell).join(',')];
  for (let i = 0; i < count; i++) {
    lines.push(row(i).map(cell).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function cell(value: Value): string {
  if (value === null) {
    return '';
  }
  const plain = String(value);
  const text = typeof value === 'string' && FORMULA.test(plain) ? `'${plain}` : plain;
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
