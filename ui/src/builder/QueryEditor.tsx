import { Button, SegmentedControl } from '@mantine/core';
import { IconPencil, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react';
import { ask } from '../app/ask';
import { useLeaveGuard } from '../app/guard';
import { useKeys } from '../app/keys';
import { builderSql } from '../query/builderSql';
import { fromPromql } from '../query/fromPromql';
import {
  type Bucket,
  type BuilderQuery,
  EMPTY_PROMQL,
  isRunnable,
  type PromqlQuery,
  type Query,
  writtenExpressions,
} from '../query/model';
import { titleOf } from '../query/title';
import { toPromql } from '../query/toPromql';
import type { Prepared } from '../query/useRequest';
import type { Run } from '../query/useRun';
import { tagKeysOf } from '../query/useSelectors';
import { BucketSelect } from './BucketSelect';
import { Builder } from './Builder';
import classes from './QueryEditor.module.css';
import { SqlPane } from './SqlPane';

const PromqlPane = lazy(() => import('./PromqlPane'));
const PHONE = '(max-width: 640px)';

export interface QueryEditorProps {
  /** The query that runs. */
  query: Query;
  /** Gets every change of the builder, and SQL or PromQL when it is run. */
  onQuery: (query: Query, step: 'push' | 'replace') => void;
  prepared: Prepared;
  run: Run;
  onRerun: () => void;
  onCancel: () => void;
  bucket: Bucket;
  onBucket: (bucket: Bucket) => void;
  /** What filters and SQL can name. */
  variables: readonly string[];
  /** Variables that say how long a bucket is. */
  intervals: readonly string[];
  actions?: ReactNode;
}

/** Edits a query, in a builder, as SQL or as PromQL. */
export function QueryEditor(props: QueryEditorProps) {
  const { query, onQuery, prepared, run } = props;
  const [draft, setDraft] = useState(query.sql);
  useEffect(() => setDraft(query.sql), [query.sql]);
  const [promql, setPromql] = useState(query.promql);
  useEffect(() => setPromql(query.promql), [query.promql]);
  const { mode } = query;
  const isSql = mode === 'sql';
  // On a phone what one came to see goes first.
  const [folded, setFolded] = useState(() => window.matchMedia(PHONE).matches && isRunnable(query));
  const isEdited =
    (isSql && draft !== query.sql) || (mode === 'promql' && !isSame(promql, query.promql));
  useLeaveGuard(isEdited, useCallback(mayDiscard, []));

  const start = (sql: string) => {
    if (isSql && sql !== query.sql) {
      onQuery({ ...query, sql }, 'push');
    } else {
      props.onRerun();
    }
  };
  const startPromql = (next: PromqlQuery) => {
    setPromql(next);
    if (isSame(next, query.promql)) {
      props.onRerun();
    } else {
      onQuery({ ...query, promql: next }, 'push');
    }
  };
  const startDraft = () => (mode === 'promql' ? startPromql(promql) : start(draft));
  const running = run.phase === 'running';
  const toggle = () => (running ? props.onCancel() : startDraft());
  useKeys({ 'mod+enter': startDraft, ...(running ? { esc: props.onCancel } : {}) });

  const generated = (builder: BuilderQuery) => {
    try {
      return builderSql(builder, (selector) => {
        const tags = tagKeysOf(prepared.matches, selector);
        return tags.length > 0
          ? tags
          : tagKeysOf(prepared.matches, { ...selector, alias: selector.metric });
      });
    } catch {
      return '';
    }
  };
  /** The builder that says what is written; null if it cannot. */
  const said = (): BuilderQuery | null => {
    const { builder } = query;
    if (isSql) {
      const isSaid = draft.trim() === '' || squeezed(draft) === squeezed(generated(builder));
      return isSaid ? builder : null;
    }
    return mode === 'promql' ? saidInPromql(promql, builder) : builder;
  };
  const switchTo = async (next: Query['mode']) => {
    const builder = said() ?? ((await mayReplace(isSql ? 'SQL' : 'PromQL')) ? query.builder : null);
    if (builder) {
      const expressions = toPromql(builder).map((expr) => ({ expr, legend: '' }));
      onQuery(
        {
          mode: next,
          builder,
          sql: next === 'sql' ? generated(builder) : '',
          promql: next === 'promql' ? { ...EMPTY_PROMQL, expressions } : EMPTY_PROMQL,
        },
        'push',
      );
    }
  };
  const step = (
    <BucketSelect
      value={props.bucket}
      auto={prepared.bucket}
      intervals={props.intervals}
      onChange={props.onBucket}
    />
  );
  return (
    <section className={classes.card} aria-label="Query" data-mode={query.mode}>
      {folded && (
        <button
          type="button"
          className={classes.folded}
          aria-label="Edit the query"
          onClick={() => setFolded(false)}
        >
          <span>{titleOf(query)}</span>
          <IconPencil size={15} aria-hidden="true" />
        </button>
      )}
      {!folded && (
        <SegmentedControl
          className={classes.mode}
          aria-label="How to write the query"
          data={[
            { value: 'builder', label: 'Builder' },
            { value: 'sql', label: 'SQL' },
            { value: 'promql', label: 'PromQL' },
          ]}
          value={mode}
          onChange={(next) => void switchTo(next as Query['mode'])}
        />
      )}
      <div className={classes.actions}>
        {!folded && props.actions}
        <Button
          variant="filled"
          miw={84}
          color={running ? 'red' : undefined}
          disabled={!running && !isRunnable({ ...query, sql: draft, promql })}
          leftSection={running ? <IconPlayerStop size={14} /> : <IconPlayerPlay size={14} />}
          onClick={toggle}
        >
          {running ? 'Cancel' : 'Run'}
        </Button>
      </div>
      {!folded && (
        <div className={classes.body}>
          {isSql && (
            <SqlPane draft={draft} onDraft={setDraft} onRun={start} query={query} run={run} />
          )}
          {mode === 'promql' ? (
            <Suspense fallback={<p className="dim">Loading the editor…</p>}>
              <PromqlPane
                draft={promql}
                onDraft={setPromql}
                onRun={startPromql}
                run={run}
                step={step}
              />
            </Suspense>
          ) : (
            <Builder
              builder={query.builder}
              onChange={(builder) => onQuery({ ...query, builder }, 'replace')}
              matches={prepared.matches}
              error={isSql ? null : prepared.error}
              namesOnly={isSql}
              variables={props.variables}
              more={step}
            />
          )}
        </div>
      )}
    </section>
  );
}

async function mayDiscard(): Promise<boolean> {
  const answer = await ask({
    title: 'Leave without running the query?',
    text: 'Your latest edits have not been run and would be lost.',
    answers: [{ id: 'discard', label: 'Discard the edits', danger: true }],
  });
  return answer === 'discard';
}

async function mayReplace(language: string): Promise<boolean> {
  const answer = await ask({
    title: `The builder cannot show this ${language}`,
    text: 'The text was edited, so it no longer matches the builder. Going back discards it.',
    answers: [{ id: 'discard', label: `Discard the ${language}`, danger: true }],
  });
  return answer === 'discard';
}

function isSame(a: PromqlQuery, b: PromqlQuery): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The builder's query that PromQL says; null if it says more. */
function saidInPromql(promql: PromqlQuery, before: BuilderQuery): BuilderQuery | null {
  const written = writtenExpressions(promql).map(({ expr }) => expr);
  const [only] = written;
  if (only === undefined || written.join('\n') === toPromql(before).join('\n')) {
    return before;
  }
  return written.length === 1 ? fromPromql(only) : null;
}

/** A text without what does not change its meaning. */
function squeezed(sql: string): string {
  return sql.replace(/\s+/g, ' ').replace(/;\s*$/, '').trim();
}
