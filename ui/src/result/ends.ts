import { Problem } from '../api/problem';
import type { Outcome } from '../query/execute';
import { outcomeOf, type Run } from '../query/useRun';

/** How a query can end, or be under way, as tests and styles know it. */
export type End =
  | 'idle'
  | 'running'
  | 'data'
  | 'empty'
  | 'truncated'
  | 'error'
  | 'cancelled'
  | 'stale';

export function endOf(run: Run): End {
  switch (run.phase) {
    case 'idle':
    case 'running':
    case 'cancelled':
      return run.phase;
    case 'failed':
      return matchesNothing(run.error) ? 'empty' : run.previous ? 'stale' : 'error';
    case 'done':
      return endOfAnswer(run.outcome);
  }
}

/** A selector without a match is an empty result, not a fault. */
export function matchesNothing(error: unknown): boolean {
  return error instanceof Problem && error.code === 'selector_matches_nothing';
}

/** What to draw: nothing once a newer query is known to be empty. */
export function shownOutcome(run: Run): Outcome | null {
  return run.phase === 'failed' && matchesNothing(run.error) ? null : outcomeOf(run);
}

function endOfAnswer(outcome: Outcome): End {
  if (outcome.answer.truncated) {
    return 'truncated';
  }
  return outcome.answer.count === 0 ? 'empty' : 'data';
}
