import type { Diagnostic } from '@codemirror/lint';
import type { Position } from '../api/types';

/** Where a query failed, and why. */
export interface Failure {
  position: Position;
  message: string;
}

/** The mark of a failure in a text of this length, which may have changed since. */
export function failureMark({ position, message }: Failure, textLength: number): Diagnostic {
  const from = Math.min(textLength, position.offset);
  const to = Math.min(textLength, from + position.length);
  return { from, to, severity: 'error', message };
}
