import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { listDashboards } from '../../api/dashboards';
import { getVersion, processMetrics } from '../../api/operations';
import { parsePrometheus, total } from '../../api/prometheus';
import { formatValue } from '../../chart/units';
import { executeSql } from '../../query/execute';
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
    queryFn: ({ signal }) => readCapacity(signal),
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

/** What the store holds and may hold; null where the server does not say. */
interface Capacity {
  metrics: number;
  slots: number;
  usedBytes: number | null;
  maxBytes: number | null;
}

async function readCapacity(signal: AbortSignal): Promise<Capacity> {
  const [text, counts] = await Promise.all([
    processMetrics(signal),
    executeSql('SELECT count(*) AS metrics, sum(slots) AS slots FROM metrics', signal),
  ]);
  const own = parsePrometheus(text);
  return {
    metrics: Number(counts.data[0]?.[0] ?? 0),
    slots: Number(counts.data[1]?.[0] ?? 0),
    usedBytes: total(own, 'annulus_store_used_bytes'),
    maxBytes: total(own, 'annulus_store_limit_bytes'),
  };
}

function Storage({ capacity }: { capacity: Capacity }) {
  const { usedBytes, maxBytes, metrics, slots } = capacity;
  return (
    <>
      {usedBytes !== null && maxBytes !== null && (
        <div>
          <dt>Storage</dt>
          <dd>
            {formatValue(usedBytes, 'bytes')} of {formatValue(maxBytes, 'bytes')}{' '}
            <meter min={0} max={maxBytes} value={usedBytes} aria-label="Storage used" />
          </dd>
        </div>
      )}
      <div>
        <dt>Series</dt>
        <dd>
          {metrics.toLocaleString('en')} with {slots.toLocaleString('en')} slots
        </dd>
      </div>
    </>
  );
}
