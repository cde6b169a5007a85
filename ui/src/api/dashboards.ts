import { send, sendJson } from './client';
import type { DashboardEntry, StoredDashboard } from './types';

/** A dashboard with the tag of its revision. */
export interface Revision {
  dashboard: StoredDashboard;
  etag: string | null;
}

/** What a save expects to find: a revision, nothing, or whatever is there. */
export type Expected = { revision: string } | 'absent' | 'anything';

export async function listDashboards(signal: AbortSignal): Promise<DashboardEntry[]> {
  return (await sendJson<{ dashboards: DashboardEntry[] }>('dashboards', { signal })).dashboards;
}

export async function getDashboard(slug: string, signal: AbortSignal): Promise<Revision> {
  const response = await send(path(slug), { signal });
  return {
    dashboard: (await response.json()) as StoredDashboard,
    etag: response.headers.get('ETag'),
  };
}

/** Saves and gives the new revision's tag. A {@link Problem} with 412 says that it had changed. */
export async function putDashboard(
  dashboard: StoredDashboard,
  expected: Expected,
): Promise<string | null> {
  const { slug, title, definition } = dashboard;
  const response = await send(path(slug), {
    method: 'PUT',
    body: { title, definition },
    headers: precondition(expected),
  });
  return response.headers.get('ETag');
}

export async function deleteDashboard(slug: string): Promise<void> {
  await send(path(slug), { method: 'DELETE' });
}

function path(slug: string): string {
  return `dashboards/${encodeURIComponent(slug)}`;
}

function precondition(expected: Expected): Record<string, string> {
  if (expected === 'anything') {
    return {};
  }
  return expected === 'absent' ? { 'If-None-Match': '*' } : { 'If-Match': expected.revision };
}
