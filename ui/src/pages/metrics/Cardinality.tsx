import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { cardinality } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import type { CardinalityKind, CardinalityReport } from '../../api/types';
import { Notice } from '../../app/Notice';
import { executeSql } from '../../query/execute';
import classes from './Metrics.module.css';

const SHOWN = 25;

type Item = CardinalityReport['items'][number];

interface Table {
  by: CardinalityKind;
  title: string;
  heads: readonly string[];
  cells: (item: Item) => string[];
  /** What finds the series that are counted, ready for a link. */
  search: (item: Item) => string;
}

/** In quotes where it has spaces. */
function quoted(value: string): string {
  return encodeURIComponent(/\s/.test(value) ? `"${value}"` : value);
}

const TABLES: readonly Table[] = [
  {
    by: 'name',
    title: 'Names with the most series',
    heads: ['Name'],
    cells: ({ value }) => [value],
    search: ({ value }) => quoted(value),
  },
  {
    by: 'tag',
    title: 'Tags with the most values',
    heads: ['Tag', 'Values'],
    cells: ({ value, values = 0 }) => [value, values.toLocaleString('en')],
    search: ({ value }) => `${encodeURIComponent(value)}!=`,
  },
  {
    by: 'value',
    title: 'Values with the most series',
    heads: ['Tag', 'Value'],
    cells: ({ key = '', value }) => [key, value],
    search: ({ key = '', value }) => `${encodeURIComponent(key)}=${quoted(value)}`,
  },
];

/** Where series come from: names, tags and values that have many. */
export function Cardinality() {
  const { data: names } = useCardinality('name');
  const total = useTotal();
  return (
    <>
      <p role="status" data-total={total ?? ''}>
        {names && total !== undefined
          ? `${total.toLocaleString('en')} series with ${names.total.toLocaleString('en')} names`
          : 'Counting…'}
      </p>
      <div className={classes.cards}>
        {TABLES.map((table) => (
          <Counted key={table.by} table={table} total={Math.max(1, total ?? 1)} />
        ))}
      </div>
    </>
  );
}

/** How many series there are; undefined until that is known. */
function useTotal(): number | undefined {
  const { data } = useQuery({
    queryKey: ['cardinality', 'total'],
    queryFn: ({ signal }) => executeSql('SELECT count(*) AS series FROM metrics', signal),
  });
  return data && Number(data.data[0]?.[0] ?? 0);
}

function useCardinality(by: CardinalityKind) {
  return useQuery({
    queryKey: ['cardinality', by],
    queryFn: ({ signal }) => cardinality(by, SHOWN, signal),
  });
}

function Counted({ table, total }: { table: Table; total: number }) {
  const { data, error } = useCardinality(table.by);
  return (
    <section className={classes.card}>
      <h2>{table.title}</h2>
      {error && (
        <Notice kind="error" title="Not counted">
          {messageOf(error)}
        </Notice>
      )}
      <table>
        <thead>
          <tr>
            {[...table.heads, 'Series', 'Share'].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data?.items.map((item) => (
            <tr key={`${item.key ?? ''}\n${item.value}`}>
              {table.cells(item).map((cell, i) => (
                <td key={table.heads[i]}>
                  {i === 0 ? <Link href={`/metrics?q=${table.search(item)}`}>{cell}</Link> : cell}
                </td>
              ))}
              <td>{item.series.toLocaleString('en')}</td>
              <td>
                <meter min={0} max={total} value={item.series} aria-label="Share of all series">
                  {Math.round((100 * item.series) / total)} %
                </meter>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
