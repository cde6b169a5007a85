import { Button } from '@mantine/core';
import { Problem } from '../api/problem';
import { Notice } from '../app/Notice';
import type { BuilderQuery } from '../query/model';
import type { Run } from '../query/useRun';
import type { Matches } from '../query/useSelectors';
import { formatDuration } from '../time/duration';
import { shownTime } from '../time/shown';
import { usePageTime } from '../time/TimeProvider';
import { EmptyNotice } from './EmptyNotice';
import { endOf } from './ends';

export interface RunNoticesProps {
  run: Run;
  builder: BuilderQuery;
  matches: ReadonlyMap<string, Matches> | undefined;
  onRaiseLimit: (() => void) | undefined;
}

/** Says how a query ended, where that is not simply with data. */
export function RunNotices({ run, builder, matches, onRaiseLimit }: RunNoticesProps) {
  const { zone } = usePageTime();
  const clock = (millis: number) => shownTime(Math.floor(millis / 1000), zone);
  switch (endOf(run)) {
    case 'empty':
      return <EmptyNotice builder={builder} matches={matches} />;
    case 'truncated': {
      const count = run.phase === 'done' ? run.outcome.answer.count.toLocaleString('en') : '';
      return (
        <Notice
          kind="truncated"
          title={`The first ${count} rows`}
          action={onRaiseLimit && <Button onClick={onRaiseLimit}>Load more</Button>}
        >
          The result has more. Charts and tables show only these.
        </Notice>
      );
    }
    case 'cancelled':
      return (
        <Notice kind="cancelled" title="Cancelled">
          {run.phase === 'cancelled' && `After ${formatDuration(run.afterMillis / 1000)}. `}
          {run.phase === 'cancelled' && run.previous && 'The result below is the previous one.'}
        </Notice>
      );
    case 'error':
    case 'stale':
      return run.phase === 'failed' ? (
        <Notice kind="error" title={titleOf(run.error)}>
          {run.error.message}
          {run.error instanceof Problem && run.error.hint && <div>{run.error.hint}</div>}
          {run.previous && ` The result below is from ${clock(run.previous.at)}.`}
        </Notice>
      ) : null;
    case 'data':
      return run.phase === 'done' && run.outcome.notes.length > 0 ? (
        <Notice kind="info" title="Note">
          {run.outcome.notes.map((note) => (
            <div key={note}>{note}</div>
          ))}
        </Notice>
      ) : null;
    default:
      return null;
  }
}

function titleOf(error: Error): string {
  if (!(error instanceof Problem)) {
    return 'No answer';
  }
  const { position } = error;
  return position
    ? `Error at line ${position.line}, column ${position.column}`
    : 'The query failed';
}
