import { preferences } from './preferences';
import { isRecord, stored, strings } from './stored';

const MOST_RECENT = 8;

/** Dashboards by slug: those opened last, the newest first, and those with a star. */
export const recentDashboards = stored('recent-dashboards', strings);
export const starredDashboards = stored('starred-dashboards', strings);

export function rememberDashboard(slug: string): void {
  const others = recentDashboards.get().filter((other) => other !== slug);
  recentDashboards.set([slug, ...others].slice(0, MOST_RECENT));
}

export function forgetDashboard(slug: string): void {
  recentDashboards.set(recentDashboards.get().filter((other) => other !== slug));
  starredDashboards.set(starredDashboards.get().filter((other) => other !== slug));
}

export function toggleStar(slug: string): void {
  const starred = starredDashboards.get();
  starredDashboards.set(
    starred.includes(slug) ? starred.filter((other) => other !== slug) : [...starred, slug],
  );
}

/** A query as the parameters of a link, see `url/codec`. */
export interface KeptQuery {
  title: string;
  params: string;
}

function keptQueries(found: unknown): KeptQuery[] {
  return Array.isArray(found)
    ? found.filter(
        (item): item is KeptQuery =>
          isRecord(item) && typeof item.title === 'string' && typeof item.params === 'string',
      )
    : [];
}

/** Queries that ran, the newest first, and those saved under a name. */
export const queryHistory = stored('history', keptQueries);
export const savedQueries = stored('saved-queries', keptQueries);

export function rememberQuery(query: KeptQuery): void {
  const others = queryHistory.get().filter((other) => other.params !== query.params);
  queryHistory.set([query, ...others].slice(0, preferences.get().historySize));
}

export function saveQuery(query: KeptQuery): void {
  const others = savedQueries.get().filter((other) => other.title !== query.title);
  savedQueries.set([query, ...others]);
}

export function forgetSavedQuery(title: string): void {
  savedQueries.set(savedQueries.get().filter((other) => other.title !== title));
}
