import { lazy } from 'react';

const load = () => import('./TimeChart');

/** The drawing of a chart, which comes with the first query. */
export const TimeChart = lazy(() => load().then((loaded) => ({ default: loaded.TimeChart })));

/** Begins to load it beside a query. */
export function preloadChart(): void {
  // Where it fails, the chart asks again and says so.
  load().catch(() => undefined);
}
