import { type ComponentType, lazy } from 'react';

export interface Page {
  path: string;
  component: ComponentType;
  /** Whether it shows data of a time range. */
  ranged: boolean;
}

export const PAGES: readonly Page[] = [
  { path: '/', component: lazy(() => import('../pages/home/HomePage')), ranged: false },
  { path: '/explore', component: lazy(() => import('../pages/explore/ExplorePage')), ranged: true },
  { path: '/metrics', component: lazy(() => import('../pages/metrics/MetricsPage')), ranged: true },
  {
    path: '/metrics/:id',
    component: lazy(() => import('../pages/metric/MetricPage')),
    ranged: true,
  },
  {
    path: '/dashboards',
    component: lazy(() => import('../pages/dashboards/DashboardsPage')),
    ranged: false,
  },
  {
    path: '/d/:slug',
    component: lazy(() => import('../pages/dashboard/DashboardPage')),
    ranged: true,
  },
  {
    path: '/d/:slug/p/:id',
    component: lazy(() => import('../pages/panel/PanelPage')),
    ranged: true,
  },
  { path: '/status', component: lazy(() => import('../pages/status/StatusPage')), ranged: false },
  {
    path: '/settings',
    component: lazy(() => import('../pages/settings/SettingsPage')),
    ranged: false,
  },
];

export function showsRange(location: string): boolean {
  const depth = location.split('/').length;
  return PAGES.some(
    ({ path, ranged }) =>
      ranged && path.split('/').length === depth && location.startsWith(path.split(':')[0] ?? ''),
  );
}
