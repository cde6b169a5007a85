import { useQuery } from '@tanstack/react-query';
import { cardinality } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import type { CardinalityKind, CardinalityReport } from '../../api/types';
import { Notice } from '../../app/Notice';
import classes from './Metrics.module.css';

const SHOWN = 25;

type Item = CardinalityReport['items'][number];

interface Table {
  by: CardinalityKind;
  title: string;
  heads: readonly string[];
  cells: (item: Item) => string[];
}

const TABLES: readonly Table[] = [
  {
    by: 'name',
    title: 'Names with the most series',
    heads: ['Name'],
    cells: ({ value }) => [value],
  },
  {
    by: 'tag',
    title: 'Tags with the most values',
    heads: ['Tag', 'Values'],
    cells: ({ value, values = 0 }) => [value, values.toLocaleString('en')],
  },
  {
    by: 'value',
    title: 'Values with the most series',
    heads: ['Tag', 'Value'],
    cells: ({ key = '', value }) => [key, value],
  },
];

/** Where series come from: names, tags and values that have many. */
export function Cardinality() {
  const { data } = useCardinality('name');
  return (
    <>
      <p role="status" data-total={data?.total ?? ''}>
        {data ? `${data.total.toLocaleString('en')} series in all` : 'Counting…'}
      </p>
      <div className={classes.cards}>
        {TABLES.map((table) => (
          <Counted key={table.by} table={table} />
        ))}
      </div>
    </>
  );
}

function useCardinality(by: CardinalityKind) {
  return useQuery({
    queryKey: ['cardinality', by],
    queryFn: ({ signal }) => cardinality(by, SHOWN, signal),
  });
}

function Counted({ table }: { table: Table }) {
  const { data, error } = useCardinality(table.by);
  const total = Math.max(1, data?.total ?? 1);
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
                <td key={table.heads[i]}>{cell}</td>
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
