import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Run } from '../query/useRun';
import classes from './result.module.css';

const BAR_AFTER = 150;
const SLOW_AFTER = 3000;

/** A thin bar while a query runs; when it takes long, how long and a way to stop it. */
export function Progress({ run, onCancel }: { run: Run; onCancel: () => void }) {
  const since = run.phase === 'running' ? run.since : null;
  const elapsed = useElapsed(since);
  return (
    <div className={classes.progress}>
      {elapsed >= BAR_AFTER && (
        <div className={classes.bar} role="progressbar" aria-label="Running" />
      )}
      {elapsed >= SLOW_AFTER && (
        <p className={classes.slow} role="status">
          Running for {Math.floor(elapsed / 1000)} s{' '}
          <Button size="compact-xs" onClick={onCancel}>
            Cancel
          </Button>
        </p>
      )}
    </div>
  );
}

/** Milliseconds since a moment; 0 without one. */
function useElapsed(since: number | null): number {
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    setElapsed(0);
    if (since === null) {
      return;
    }
    const timer = setInterval(() => setElapsed(Date.now() - since), BAR_AFTER);
    return () => clearInterval(timer);
  }, [since]);
  return elapsed;
}
