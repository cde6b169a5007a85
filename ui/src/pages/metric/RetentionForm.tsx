import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeRetention } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import { COUNTER, type MetricDetail, type Retention } from '../../api/types';
import { Notice } from '../../app/Notice';
import { toast } from '../../app/toast';
import { RetentionFields } from '../../ring/RetentionFields';
import { formatDuration } from '../../time/duration';
import classes from './Metric.module.css';

/** Changes how often a gauge's ring keeps a sample, and how many. */
export function RetentionForm({ metric }: { metric: MetricDetail }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (wanted: Retention) => changeRetention(metric.metric_id, wanted),
    onSuccess: async () => {
      toast('Retention changed');
      await client.invalidateQueries();
    },
  });
  return (
    <section className={classes.card} aria-label="Retention">
      <h2>Retention</h2>
      {metric.type === COUNTER ? (
        <p>
          The retention of a counter cannot be changed: its samples are running totals, and thinning
          them out would lose resets.
        </p>
      ) : (
        <RetentionFields
          initial={metric}
          rings={[metric]}
          label="Change retention"
          isPending={change.isPending}
          loss={(wanted) => <Loss metric={metric} {...wanted} />}
          onSubmit={change.mutate}
        />
      )}
      {change.error && (
        <Notice kind="error" title="Not changed">
          {messageOf(change.error)}
        </Notice>
      )}
    </section>
  );
}

/** Says what a smaller or coarser ring would drop. */
function Loss({ metric, step, slots }: { metric: MetricDetail } & Retention) {
  const { oldest_ts: oldest, newest_ts: newest } = metric;
  const reach = oldest === null || newest === null ? 0 : newest - oldest;
  if (step > metric.step) {
    return (
      <p className={classes.loss}>
        Of samples that share a slot of the new ring, only the newest is kept.
      </p>
    );
  }
  if (step * slots < reach) {
    return (
      <p className={classes.loss}>
        Samples older than {formatDuration(step * slots)} before the newest are dropped.
      </p>
    );
  }
  return null;
}
