import { send, sendJson } from './client';
import { parseAnswer } from './exactJson';
import { Problem } from './problem';
import type { QueryAnswer, QueryRequest, RunningQuery, SlowQuery } from './types';

const COLUMNS = 'application/vnd.annulus.columns+json';

/** An answer with how long it took from here, in milliseconds. */
export interface TimedAnswer extends QueryAnswer {
  total_ms: number;
}

/** Runs SQL. When the signal aborts, the connection closes, and the server stops, too. */
export async function runSql(request: QueryRequest, signal: AbortSignal): Promise<TimedAnswer> {
  const started = performance.now();
  const response = await send('query', {
    method: 'POST',
    body: request,
    headers: { Accept: COLUMNS },
    signal,
  });
  const answer = parseAnswer(await response.text());
  return { ...answer, total_ms: performance.now() - started };
}

export async function runningQueries(signal: AbortSignal): Promise<RunningQuery[]> {
  return (await sendJson<{ queries: RunningQuery[] }>('queries', { signal })).queries;
}

export async function slowQueries(signal: AbortSignal): Promise<SlowQuery[]> {
  return (await sendJson<{ queries: SlowQuery[] }>('queries/slow', { signal })).queries;
}

/** Stops a query; one that has ended meanwhile is fine. */
export async function cancelQuery(id: string): Promise<void> {
  try {
    await send(`queries/${encodeURIComponent(id)}`, { method: 'DELETE' });
  } catch (error) {
    if (!(error instanceof Problem && error.status === 404)) {
      throw error;
    }
  }
}
