import { useQuery } from '@tanstack/react-query';
import { Link, useParams as useRouteParams } from 'wouter';
import { getMetric } from '../../api/metrics';
import { messageOf, Problem } from '../../api/problem';
import { Notice } from '../../app/Notice';
import { usePageTime } from '../../time/TimeProvider';
import { useFilledLink } from '../../time/useFilledLink';
import { DeleteMetric } from './DeleteMetric';
import classes from './Metric.module.css';
import { MetricFacts } from './MetricFacts';
import { MetricHead } from './MetricHead';
import { Preview } from './Preview';
import { RetentionForm } from './RetentionForm';

/** One series: its samples, its ring, and what can be done to it. */
export default function MetricPage() {
  const id = Number(useRouteParams<{ id: string }>().id);
  const { tick } = usePageTime();
  const isFilled = useFilledLink();
  const { data: metric, error } = useQuery({
    queryKey: ['metric', id, tick],
    queryFn: ({ signal }) => getMetric(id, signal),
    placeholderData: (before) => before,
  });
  if (error instanceof Problem && (error.status === 404 || error.status === 400)) {
    return (
      <Notice
        kind="error"
        title={`There is no metric ${id}`}
        action={<Link href="/metrics">All metrics</Link>}
      >
        It may have been deleted meanwhile.
      </Notice>
    );
  }
  if (error && !metric) {
    return (
      <Notice kind="error" title="Not loaded">
        {messageOf(error)}
      </Notice>
    );
  }
  if (!metric) {
    return <p className="dim">Loading…</p>;
  }
  return (
    <div className={classes.page}>
      <MetricHead metric={metric} />
      {isFilled && <Preview metric={metric} />}
      <div className={classes.columns}>
        <MetricFacts metric={metric} />
        <div className={classes.side}>
          <RetentionForm key={`${metric.step}x${metric.slots}`} metric={metric} />
          <DeleteMetric metric={metric} />
        </div>
      </div>
    </div>
  );
}
