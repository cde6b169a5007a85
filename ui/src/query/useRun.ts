import { useCallback, useEffect, useRef, useState } from 'react';
import { messageOf } from '../api/problem';
import { preloadChart } from '../chart/lazyChart';
import { execute, type Outcome } from './execute';
import type { Request } from './request';

/** What has become of a query. `previous` is the last result, which stays visible meanwhile. */
export type Run =
  | { phase: 'idle' }
  | { phase: 'running'; since: number; previous: Outcome | null }
  | { phase: 'done'; outcome: Outcome }
  | { phase: 'failed'; request: Request; error: Error; previous: Outcome | null }
  | { phase: 'cancelled'; afterMillis: number; previous: Outcome | null };

export function outcomeOf(run: Run): Outcome | null {
  switch (run.phase) {
    case 'idle':
      return null;
    case 'done':
      return run.outcome;
    default:
      return run.previous;
  }
}

/**
 * Runs a request whenever it changes, and again with every new tick. A newer request ends an
 * older one, whose answer then never arrives.
 *
 * @param request null while there is nothing to run; a result stays then
 * @param active whether to run at all; what was missed is made up for later
 */
export function useRun(request: Request | null, tick: number, active = true) {
  const [run, setRun] = useState<Run>({ phase: 'idle' });
  const stop = useRef<() => void>(() => undefined);
  const ended = useRef('');
  const key = request && `${tick} ${JSON.stringify(request)}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the request
  useEffect(() => {
    if (!request || !key || !active || ended.current === key) {
      return;
    }
    preloadChart();
    const abort = new AbortController();
    const since = Date.now();
    setRun((before) => ({ phase: 'running', since, previous: outcomeOf(before) }));
    const end = (next: (before: Run) => Run) => {
      if (!abort.signal.aborted) {
        ended.current = key;
        setRun(next);
      }
    };
    execute(request, abort.signal).then(
      (outcome) => end(() => ({ phase: 'done', outcome })),
      (error) => end((before) => failed(request, error, before)),
    );
    stop.current = () => {
      const afterMillis = Date.now() - since;
      end((before) => ({ phase: 'cancelled', afterMillis, previous: outcomeOf(before) }));
      abort.abort();
    };
    return () => abort.abort();
  }, [key, active]);

  const cancel = useCallback(() => stop.current(), []);
  return { run, cancel };
}

function failed(request: Request, error: unknown, before: Run): Run {
  const shown = error instanceof Error ? error : new Error(messageOf(error));
  return { phase: 'failed', request, error: shown, previous: outcomeOf(before) };
}
