import { useMetricNames } from '../../builder/useNames';
import { queryHistory } from '../../prefs/lists';
import { EMPTY_BUILDER, EMPTY_QUERY, EMPTY_SELECTOR, type Query } from '../../query/model';
import { titleOf } from '../../query/title';
import { readQuery } from '../../url/codec';
import { FirstSteps } from '../home/FirstSteps';
import classes from './Explore.module.css';

const SHOWN = 8;
const EXAMPLE_SQL = `SELECT name, count(*) AS series
FROM metrics
GROUP BY name
ORDER BY series DESC`;

/** Where to begin when nothing is asked yet. */
export function Idle({ onOpen }: { onOpen: (query: Query, step: 'push') => void }) {
  const names = useMetricNames();
  const recent = queryHistory.use().map(({ params }) => readQuery(new URLSearchParams(params)));
  if (names.length === 0) {
    return <FirstSteps />;
  }
  const examples: Query[] = [
    ...ownLast(names)
      .slice(0, SHOWN - 1)
      .map(metricQuery),
    { ...EMPTY_QUERY, mode: 'sql', sql: EXAMPLE_SQL },
  ];
  return (
    <div className={classes.idle}>
      <Queries title="Start with" queries={examples} onOpen={onOpen} />
      {recent.length > 0 && (
        <Queries title="Recent queries" queries={recent.slice(0, SHOWN)} onOpen={onOpen} />
      )}
    </div>
  );
}

function Queries(props: {
  title: string;
  queries: readonly Query[];
  onOpen: (query: Query, step: 'push') => void;
}) {
  return (
    <section>
      <h2>{props.title}</h2>
      <ul className={classes.list}>
        {props.queries.map((query) => (
          <li key={titleOf(query)}>
            <button type="button" onClick={() => props.onOpen(query, 'push')}>
              {titleOf(query)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was brought here comes before what Annulus and its JVM tell of themselves. */
function ownLast(names: readonly string[]): string[] {
  const isOwn = (name: string) => /^(annulus|jvm|process)_/.test(name);
  return [...names.filter((name) => !isOwn(name)), ...names.filter(isOwn)];
}

function metricQuery(metric: string): Query {
  const selectors = [{ ...EMPTY_SELECTOR, metric }];
  return { ...EMPTY_QUERY, builder: { ...EMPTY_BUILDER, selectors } };
}
