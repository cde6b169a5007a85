import { apiBase } from '../app/base';
import { parameters, send, sendJson } from './client';
import { reportConnection } from './connection';
import { isAbort } from './problem';
import type { RejectedSample, Schema, Version } from './types';

/** One condition of readiness; `problem` is null when it holds. */
export interface Check {
  name: string;
  problem: string | null;
}

/** What `/readyz` says, or that nobody answers. */
export type Readiness =
  | { state: 'ready'; checks: Check[] }
  | { state: 'starting'; checks: Check[] }
  | { state: 'unreachable' };

/** The check that fails until a server serves the API at all. */
const START_UP = 'start-up';
const CHECK = /^\[([+-])] ([^:]+)(?:: (.*))?$/;

export async function getReadiness(signal: AbortSignal): Promise<Readiness> {
  let response: Response;
  try {
    response = await fetch(`${apiBase}readyz?verbose`, { signal });
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    reportConnection(false);
    return { state: 'unreachable' };
  }
  if (!response.ok && response.status !== 503) {
    reportConnection(false);
    return { state: 'unreachable' };
  }
  const checks = parseChecks(await response.text());
  reportConnection(checks.every(({ name, problem }) => name !== START_UP || problem === null));
  return { state: response.ok ? 'ready' : 'starting', checks };
}

/** Reads lines such as `[-] kafka: the broker has failed`. */
export function parseChecks(text: string): Check[] {
  return text.split('\n').flatMap((line) => {
    const match = CHECK.exec(line);
    return match
      ? [{ name: match[2] ?? '', problem: match[1] === '+' ? null : (match[3] ?? '') }]
      : [];
  });
}

export function getVersion(signal: AbortSignal): Promise<Version> {
  return sendJson('version', { signal });
}

/** How many series are stored. */
export async function seriesCount(signal: AbortSignal): Promise<number> {
  const path = `stats/capacity${parameters({ limit: 1 })}`;
  return (await sendJson<{ metrics: number }>(path, { signal })).metrics;
}

/** The process' own metrics as Prometheus text. */
export async function processMetrics(signal: AbortSignal): Promise<string> {
  return (await send('-/metrics', { signal })).text();
}

export async function rejectedSamples(
  limit: number,
  signal: AbortSignal,
): Promise<RejectedSample[]> {
  const path = `ingest/rejected${parameters({ limit })}`;
  return (await sendJson<{ rejected: RejectedSample[] }>(path, { signal })).rejected;
}

export function getSchema(signal: AbortSignal): Promise<Schema> {
  return sendJson('schema', { signal });
}

/** Writes made-up metrics of the last hours; `token` says when they can be read. */
export function loadDemo(): Promise<{ samples: number; metrics: number; token: string }> {
  return sendJson('demo/load', { method: 'POST', body: {} });
}
