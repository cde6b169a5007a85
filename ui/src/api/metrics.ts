import { parameters, sendJson } from './client';
import type { MetricDetail, MetricLookup, MetricPage, Retention, SeriesRow, Tags } from './types';

export function listMetrics(
  search: string,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<MetricPage> {
  return sendJson(`metrics${parameters({ search, cursor, limit })}`, { signal });
}

export function getMetric(id: number, signal: AbortSignal): Promise<MetricDetail> {
  return sendJson(`metrics/${id}`, { signal });
}

/** Metrics that have a name and all these tags. */
export function lookupMetrics(
  name: string,
  tags: Tags,
  limit: number,
  signal: AbortSignal,
): Promise<MetricLookup> {
  return sendJson('metrics/lookup', { method: 'POST', body: { name, tags, limit }, signal });
}

export async function metricNames(signal: AbortSignal): Promise<string[]> {
  return (await sendJson<{ names: string[] }>('metrics/names', { signal })).names;
}

/** The values of every tag, of the metrics with one name or of all. */
export async function tagValues(
  name: string | undefined,
  signal: AbortSignal,
): Promise<Record<string, string[]>> {
  const body = name ? { name } : {};
  const answer = await sendJson<{ tags: Record<string, string[]> }>('metrics/tag-values', {
    method: 'POST',
    body,
    signal,
  });
  return answer.tags;
}

/** Averages of a gauge, rates of a counter. */
export async function metricSeries(
  id: number,
  range: { from: number; to: number },
  bucket: number,
  signal: AbortSignal,
): Promise<SeriesRow[]> {
  const query = parameters({ start_ts: range.from, end_ts: range.to, bucket });
  return (await sendJson<{ rows: SeriesRow[] }>(`metrics/${id}/series${query}`, { signal })).rows;
}

export function changeRetention(id: number, retention: Retention): Promise<Retention> {
  return sendJson(`metrics/${id}/retention`, { method: 'POST', body: retention });
}

export function deleteMetric(id: number): Promise<unknown> {
  return sendJson(`metrics/${id}`, { method: 'DELETE' });
}
