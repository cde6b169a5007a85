import { copyText } from '../app/copyLink';
import type { Outcome } from '../query/execute';
import { download, toCsv } from '../table/csv';
import { toMarkdown } from '../table/markdown';
import { formatIso, type Zone } from '../time/zone';

/** Saves all rows of a result. */
export function saveCsv(outcome: Outcome, zone: Zone): void {
  const { columns, data } = outcome.answer;
  const text = toCsv({ columns, data, metrics: outcome.metrics }, zone);
  const stamp = formatIso(Math.floor(outcome.at / 1000), 'UTC').replace(/[-:]/g, '');
  download(`annulus-${stamp}.csv`, text, 'text/csv;charset=utf-8');
}

/** Copies the first rows of a result as a Markdown table, for tickets and chats. */
export function copyMarkdown(outcome: Outcome, zone: Zone): void {
  const { columns, data } = outcome.answer;
  copyText(toMarkdown({ columns, data, metrics: outcome.metrics }, zone), 'Table copied');
}
