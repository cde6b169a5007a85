import { COUNTER } from '../api/types';
import type { Matches } from '../query/useSelectors';
import { Coverage } from '../ring/Coverage';
import classes from './Builder.module.css';

/** How many series a selector matches and how far back their rings reach. */
export function MatchInfo({ matches }: { matches: Matches | undefined }) {
  if (!matches) {
    return <p className={classes.info}>Looking…</p>;
  }
  const [first] = matches.metrics;
  if (!first) {
    return <p className={classes.info}>Matches no series.</p>;
  }
  const count = matches.metrics.length.toLocaleString('en');
  const kind = first.type === COUNTER ? 'counter' : 'gauge';
  return (
    <div className={classes.info}>
      <span>
        {matches.more ? 'over ' : ''}
        {count} series · {kind}
      </span>
      <Coverage metricId={first.metric_id} />
    </div>
  );
}
