import { signal } from '../app/signal';

/** Whether the last request got an answer, and since when not (epoch milliseconds). */
export type Connection = { state: 'ok' } | { state: 'lost'; since: number };

const OK: Connection = { state: 'ok' };

export const connection = signal<Connection>(OK);

/** Told by the client after every request. */
export function reportConnection(reached: boolean): void {
  if (reached !== (connection.get().state === 'ok')) {
    connection.set(reached ? OK : { state: 'lost', since: Date.now() });
  }
}
