import type { MetricDetail } from '../api/types';

/** What a ring holds, and what goes next. Times are epoch seconds. */
export type RingState =
  | { kind: 'empty' }
  | {
      kind: 'holding';
      /** From the oldest sample to the newest. */
      reach: number;
      /** Where on the ring's window the oldest sample lies: 0 is its far end, 1 the newest sample. */
      start: number;
      /** The sample that is overwritten next. */
      next: number;
      /** Seconds of further samples until then; 0 when the very next sample does it. */
      nextIn: number;
    };

export function ringState(metric: MetricDetail): RingState {
  const { oldest_ts: oldest, newest_ts: newest, window_seconds: window, step } = metric;
  if (oldest === null || newest === null) {
    return { kind: 'empty' };
  }
  const reach = newest - oldest;
  const start = Math.min(1, Math.max(0, 1 - (reach + step) / window));
  const nextIn = Math.max(0, oldest + window - newest - step);
  return { kind: 'holding', reach, start, next: oldest, nextIn };
}

/** About what a full ring takes before compression: 10 bytes of key and 24 of value a slot. */
export function ringBytes(slots: number): number {
  return slots * 34;
}
