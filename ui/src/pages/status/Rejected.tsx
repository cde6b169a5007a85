import { useQuery } from '@tanstack/react-query';
import { rejectedSamples } from '../../api/operations';
import { shownDateTime } from '../../time/shown';
import { usePageTime } from '../../time/TimeProvider';
import classes from './Status.module.css';

const SHOWN = 20;

/** Samples that were accepted but could not be stored, and why. */
export function Rejected() {
  const { zone } = usePageTime();
  const { data = [] } = useQuery({
    queryKey: ['rejected'],
    queryFn: ({ signal }) => rejectedSamples(SHOWN, signal),
    refetchInterval: 10_000,
  });
  return (
    <section className={classes.card} aria-label="Rejected samples">
      <h2>Rejected samples</h2>
      {data.length === 0 ? (
        <p className="dim">None.</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Why</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {data.map((rejected) => (
              <tr
                key={`${rejected.at} ${rejected.partition} ${rejected.offset} ${rejected.detail}`}
              >
                <td>{shownDateTime(Math.floor(Date.parse(rejected.at) / 1000), zone)}</td>
                <td>{rejected.detail || rejected.reason}</td>
                <td>
                  <code title={rejected.payload}>{rejected.payload}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
