import { Button, SegmentedControl } from '@mantine/core';
import { IconPencil, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { ask } from '../app/ask';
import { useLeaveGuard } from '../app/guard';
import { useKeys } from '../app/keys';
import { builderSql } from '../query/builderSql';
import { type Bucket, isRunnable, type Query } from '../query/model';
import { titleOf } from '../query/title';
import type { Prepared } from '../query/useRequest';
import type { Run } from '../query/useRun';
import { tagKeysOf } from '../query/useSelectors';
import { BucketSelect } from './BucketSelect';
import { Builder } from './Builder';
import classes from './QueryEditor.module.css';
import { SqlPane } from './SqlPane';

const PHONE = '(max-width: 640px)';

export interface QueryEditorProps {
  /** The query that runs. */
  query: Query;
  /** Gets every change of the builder, and SQL when it is run. */
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

/** Edits a query, in a builder or as SQL. */
export function QueryEditor(props: QueryEditorProps) {
  const { query, onQuery, prepared, run } = props;
  const [draft, setDraft] = useState(query.sql);
  useEffect(() => setDraft(query.sql), [query.sql]);
  const isSql = query.mode === 'sql';
  // On a phone what one came to see goes first.
  const [folded, setFolded] = useState(() => window.matchMedia(PHONE).matches && isRunnable(query));
  const isEdited = isSql && draft !== query.sql;
  useLeaveGuard(isEdited, useCallback(mayDiscard, []));

  const start = (sql: string) => {
    if (isSql && sql !== query.sql) {
      onQuery({ ...query, sql }, 'push');
    } else {
      props.onRerun();
    }
  };
  const running = run.phase === 'running';
  const toggle = () => (running ? props.onCancel() : start(draft));
  useKeys({ 'mod+enter': () => start(draft), ...(running ? { esc: props.onCancel } : {}) });

  const generated = () => {
    try {
      return builderSql(query.builder, (selector) => tagKeysOf(prepared.matches, selector));
    } catch {
      return '';
    }
  };
  const toSql = () => onQuery({ ...query, mode: 'sql', sql: generated() }, 'push');
  const toBuilder = async () => {
    const isSame = draft.trim() === '' || squeezed(draft) === squeezed(generated());
    if (isSame || (await mayReplaceSql())) {
      onQuery({ ...query, mode: 'builder', sql: '' }, 'push');
    }
  };
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
          ]}
          value={query.mode}
          onChange={(mode) => (mode === 'sql' ? toSql() : void toBuilder())}
        />
      )}
      <div className={classes.actions}>
        {!folded && props.actions}
        <Button
          variant="filled"
          miw={84}
          color={running ? 'red' : undefined}
          disabled={!running && !isRunnable({ ...query, sql: draft })}
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
          <Builder
            builder={query.builder}
            onChange={(builder) => onQuery({ ...query, builder }, 'replace')}
            matches={prepared.matches}
            error={isSql ? null : prepared.error}
            namesOnly={isSql}
            variables={props.variables}
            more={
              <BucketSelect
                value={props.bucket}
                auto={prepared.bucket}
                intervals={props.intervals}
                onChange={props.onBucket}
              />
            }
          />
        </div>
      )}
    </section>
  );
}

async function mayDiscard(): Promise<boolean> {
  const answer = await ask({
    title: 'Leave without running the SQL?',
    text: 'Your latest edits of the SQL have not been run and would be lost.',
    answers: [{ id: 'discard', label: 'Discard the edits', danger: true }],
  });
  return answer === 'discard';
}

async function mayReplaceSql(): Promise<boolean> {
  const answer = await ask({
    title: 'The builder cannot show this SQL',
    text: 'The text was edited, so it no longer matches the builder. Going back discards it.',
    answers: [{ id: 'discard', label: 'Discard the SQL', danger: true }],
  });
  return answer === 'discard';
}

/** A text without what does not change its meaning. */
function squeezed(sql: string): string {
  return sql.replace(/\s+/g, ' ').replace(/;\s*$/, '').trim();
}
