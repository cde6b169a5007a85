import { useQuery } from '@tanstack/react-query';
import { slowQueries } from '../../api/query';
import { formatDuration } from '../../time/duration';
import { shownDateTime } from '../../time/shown';
import { usePageTime } from '../../time/TimeProvider';
import classes from './Status.module.css';

/** Queries that took long lately. */
export function SlowQueries() {
  const { zone } = usePageTime();
  const { data = [] } = useQuery({
    queryKey: ['slow'],
    queryFn: ({ signal }) => slowQueries(signal),
    refetchInterval: 10_000,
  });
  return (
    <section className={classes.card} aria-label="Slow queries">
      <h2>Slow queries</h2>
      {data.length === 0 ? (
        <p className="dim">None lately.</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">SQL</th>
              <th scope="col">Took</th>
              <th scope="col">Ended</th>
              <th scope="col" className={classes.client}>
                Client
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((query) => (
              <tr key={query.query_id}>
                <td>
                  <code title={query.sql}>{query.sql}</code>
                </td>
                <td>{formatDuration(query.elapsed_ms / 1000)}</td>
                <td>
                  {query.outcome} at{' '}
                  <span className={classes.when}>
                    {shownDateTime(Math.floor(Date.parse(query.ended) / 1000), zone)}
                  </span>
                </td>
                <td className={classes.client}>{query.client}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
