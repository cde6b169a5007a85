import { useQuery } from '@tanstack/react-query';
import { messageOf } from '../../api/problem';
import type { Value } from '../../api/types';
import { Notice } from '../../app/Notice';
import { executeSql } from '../../query/execute';
import classes from './Metrics.module.css';

const SHOWN = 25;

const TABLES: readonly { title: string; heads: readonly string[]; sql: string }[] = [
  {
    title: 'Names with the most series',
    heads: ['Name', 'Series'],
    sql: `SELECT name, count(*) AS series FROM metrics GROUP BY name ORDER BY series DESC, name LIMIT ${SHOWN}`,
  },
  {
    title: 'Tags with the most values',
    heads: ['Tag', 'Values', 'Series'],
    sql: `SELECT tag_key, count(DISTINCT tag_value) AS vals, count(*) AS series FROM metric_tags GROUP BY tag_key ORDER BY vals DESC, tag_key LIMIT ${SHOWN}`,
  },
  {
    title: 'Values with the most series',
    heads: ['Tag', 'Value', 'Series'],
    sql: `SELECT tag_key, tag_value, count(*) AS series FROM metric_tags GROUP BY tag_key, tag_value ORDER BY series DESC, tag_key, tag_value LIMIT ${SHOWN}`,
  },
];

/** Where series come from: names, tags and values that have many. */
export function Cardinality() {
  const { data } = useQuery({
    queryKey: ['cardinality', 'total'],
    queryFn: ({ signal }) => executeSql('SELECT count(*) AS series FROM metrics', signal),
  });
  const total = Number(data?.data[0]?.[0] ?? 0);
  return (
    <>
      <p role="status" data-total={data ? total : ''}>
        {data ? `${total.toLocaleString('en')} series in all` : 'Counting…'}
      </p>
      <div className={classes.cards}>
        {TABLES.map((table) => (
          <Counted key={table.title} {...table} total={total} />
        ))}
      </div>
    </>
  );
}

function Counted(props: { title: string; heads: readonly string[]; sql: string; total: number }) {
  const { data, error } = useQuery({
    queryKey: ['cardinality', props.title],
    queryFn: ({ signal }) => executeSql(props.sql, signal),
  });
  const columns = data?.data ?? [];
  const counts = (columns.at(-1) ?? []).map(Number);
  const cell = (value: Value | undefined) =>
    typeof value === 'number' ? value.toLocaleString('en') : String(value ?? '');
  return (
    <section className={classes.card}>
      <h2>{props.title}</h2>
      {error && (
        <Notice kind="error" title="Not counted">
          {messageOf(error)}
        </Notice>
      )}
      <table>
        <thead>
          <tr>
            {props.heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {counts.map((count, row) => (
            <tr
              key={columns
                .slice(0, -1)
                .map((column) => column[row])
                .join('\n')}
            >
              {columns.map((column, i) => (
                <td key={props.heads[i]}>{cell(column[row])}</td>
              ))}
              <td>
                <meter min={0} max={Math.max(1, props.total)} value={count}>
                  {Math.round((100 * count) / Math.max(1, props.total))} %
                </meter>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
