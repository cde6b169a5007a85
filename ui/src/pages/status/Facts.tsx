import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { listDashboards } from '../../api/dashboards';
import { getCapacity, getVersion } from '../../api/operations';
import type { Capacity } from '../../api/types';
import { formatValue } from '../../chart/units';
import classes from './Status.module.css';

const SELF = 'self';

/** The build and what is stored. */
export function Facts() {
  const { data: version } = useQuery({
    queryKey: ['version'],
    queryFn: ({ signal }) => getVersion(signal),
  });
  const { data: capacity } = useQuery({
    queryKey: ['capacity'],
    queryFn: ({ signal }) => getCapacity(signal),
    refetchInterval: 30_000,
  });
  const { data: dashboards = [] } = useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => listDashboards(signal),
  });
  return (
    <section className={classes.card}>
      <h2>Build and storage</h2>
      <dl className={classes.facts}>
        {version &&
          Object.entries({
            Version: version.version,
            Commit: version.commit,
            Built: version.built,
            Java: version.java,
          }).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono">{value}</dd>
            </div>
          ))}
        {capacity && <Storage capacity={capacity} />}
      </dl>
      {dashboards.some(({ slug }) => slug === SELF) && (
        <Link href={`/d/${SELF}`}>Dashboard of the server itself</Link>
      )}
    </section>
  );
}

function Storage({ capacity }: { capacity: Capacity }) {
  const { used_bytes: used, max_bytes: most, metrics, slots } = capacity;
  return (
    <>
      <div>
        <dt>Storage</dt>
        <dd>
          {formatValue(used, 'bytes')} of {formatValue(most, 'bytes')}{' '}
          <meter min={0} max={most} value={used} />
        </dd>
      </div>
      <div>
        <dt>Series</dt>
        <dd>
          {metrics.toLocaleString('en')} with {slots.toLocaleString('en')} slots
        </dd>
      </div>
    </>
  );
}
