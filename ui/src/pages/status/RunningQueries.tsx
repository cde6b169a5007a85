import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { cancelQuery, runningQueries } from '../../api/query';
import { formatDuration } from '../../time/duration';
import classes from './Status.module.css';

const POLL_MILLIS = 2000;

/** Queries under way, each with a way to stop it. */
export function RunningQueries() {
  const client = useQueryClient();
  const { data = [] } = useQuery({
    queryKey: ['running'],
    queryFn: ({ signal }) => runningQueries(signal),
    refetchInterval: POLL_MILLIS,
    staleTime: 0,
  });
  const cancel = useMutation({
    mutationFn: cancelQuery,
    onSettled: () => client.invalidateQueries({ queryKey: ['running'] }),
  });
  return (
    <section className={classes.card} aria-label="Running queries">
      <h2>Running queries</h2>
      {data.length === 0 ? (
        <p className="dim">None.</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">SQL</th>
              <th scope="col">State</th>
              <th scope="col">Age</th>
              <th scope="col" className={classes.client}>
                Client
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {data.map((query) => (
              <tr key={query.query_id}>
                <td>
                  <code title={query.sql}>{query.sql}</code>
                </td>
                <td>{query.state}</td>
                <td>{formatDuration(query.age_ms / 1000)}</td>
                <td className={classes.client}>{query.client}</td>
                <td>
                  <Button size="compact-xs" onClick={() => cancel.mutate(query.query_id)}>
                    Cancel
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
