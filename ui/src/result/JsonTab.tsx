import { Button } from '@mantine/core';
import { stringifyExact } from '../api/exactJson';
import { copyText } from '../app/copyLink';
import type { Outcome } from '../query/execute';
import classes from './result.module.css';

const SHOWN = 500;

/** Rows as the API gives them. */
export function JsonTab({ outcome }: { outcome: Outcome }) {
  const { count } = outcome.answer;
  return (
    <>
      <p className={classes.head}>
        <span className="dim">
          {count > SHOWN ? `The first ${SHOWN} of ${count.toLocaleString('en')} rows` : ''}
        </span>
        <Button onClick={() => copyText(jsonOf(outcome, count), 'JSON copied')}>Copy all</Button>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <pre className={classes.code} tabIndex={0}>
        {jsonOf(outcome, SHOWN)}
      </pre>
    </>
  );
}

function jsonOf(outcome: Outcome, most: number): string {
  const { columns, data, count } = outcome.answer;
  const rows = Array.from({ length: Math.min(most, count) }, (_, row) =>
    Object.fromEntries(columns.map((column, i) => [column.name, data[i]?.[row] ?? null])),
  );
  return stringifyExact({ rows }, 2);
}
