import { lazy, Suspense, useMemo } from 'react';
import { Problem } from '../api/problem';
import { useSchema } from '../editor/useSchema';
import { queryHistory } from '../prefs/lists';
import { namedSelectors, type Query } from '../query/model';
import type { Run } from '../query/useRun';
import { readQuery } from '../url/codec';
import classes from './QueryEditor.module.css';
import { useMetricNames, useTagValues } from './useNames';

const SqlEditor = lazy(() => import('../editor/SqlEditor'));

export interface SqlPaneProps {
  draft: string;
  onDraft: (sql: string) => void;
  onRun: (sql: string) => void;
  query: Query;
  run: Run;
}

/** The SQL editor with everything it can complete. */
export function SqlPane({ draft, onDraft, onRun, query, run }: SqlPaneProps) {
  const schema = useSchema();
  const metrics = useMetricNames();
  const tags = useTagValues('');
  const failure = useMemo(() => {
    const error = run.phase === 'failed' ? run.error : null;
    return error instanceof Problem && error.position
      ? { position: error.position, message: error.message }
      : null;
  }, [run]);
  const aliases = namedSelectors(query.builder).map((selector) => selector.alias);
  return (
    <div>
      <Suspense fallback={<p className="dim">Loading the editor…</p>}>
        <SqlEditor
          value={draft}
          onChange={onDraft}
          onRun={onRun}
          onEarlier={earlierThan}
          failure={failure}
          names={{ schema, metrics, tags, aliases }}
        />
      </Suspense>
      <p className={classes.sqlHint}>
        <code>{'{{start_ts}}'}</code>, <code>{'{{end_ts}}'}</code> and <code>{'{{bucket}}'}</code>{' '}
        follow the time range. Names below stand for metrics, as in{' '}
        <code>{'metric_id IN ({{A}})'}</code>.
      </p>
    </div>
  );
}

/** The SQL of the history before a text; of a text that is not in it, the newest. */
function earlierThan(sql: string): string | null {
  const texts = queryHistory
    .get()
    .map(({ params }) => readQuery(new URLSearchParams(params)))
    .filter((query) => query.mode === 'sql')
    .map((query) => query.sql);
  return texts[texts.indexOf(sql) + 1] ?? null;
}
