import { apiBase } from '../app/base';
import { reportConnection } from './connection';
import { isAbort, problemOf, Unreachable } from './problem';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  /** Sent as a form instead of a body. */
  form?: URLSearchParams;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Statuses with which a proxy says that there is nobody behind it. */
const NOBODY = new Set([502, 504]);

/**
 * Asks the API.
 *
 * @param path relative to the API's base, without a leading slash
 * @throws Problem, Unreachable, or an AbortError
 */
export async function send(path: string, call: Call = {}): Promise<Response> {
  const headers = { ...call.headers };
  if (call.body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response: Response;
  try {
    response = await fetch(apiBase + path, {
      method: call.method ?? 'GET',
      headers,
      body: call.form ?? (call.body === undefined ? null : JSON.stringify(call.body)),
      signal: call.signal ?? null,
    });
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    reportConnection(false);
    throw new Unreachable();
  }
  if (response.ok) {
    reportConnection(true);
    return response;
  }
  const problem = await problemOf(response);
  const isStarting = problem.code === 'starting';
  reportConnection(!isStarting && !NOBODY.has(response.status));
  throw isStarting ? new Unreachable() : problem;
}

export async function sendJson<T>(path: string, call: Call = {}): Promise<T> {
  return (await send(path, call)).json() as Promise<T>;
}

/** A query string of the given parameters that are set; empty if none is. */
export function parameters(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString();
  return text ? `?${text}` : '';
}
