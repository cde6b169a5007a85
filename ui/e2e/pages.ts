import type { Page } from '@playwright/test';
import { builder, ends, expect, explore, panel, putDashboard, result } from './fixtures';
import { NOW } from './seed';

/** Stores a dashboard of the usual panels; its link. */
export async function looks(slug: string): Promise<string> {
  return putDashboard(slug, [
    { title: 'Line', layout: { x: 0, y: 0, w: 6, h: 3 }, query: builder('cpu_percent') },
    {
      title: 'Now',
      layout: { x: 6, y: 0, w: 6, h: 2 },
      query: builder('mem_used_percent'),
      options: { type: 'stat', unit: 'percent', thresholds: [{ value: 45, level: 'warn' }] },
    },
  ]);
}

/** Every page, with what shows that it is complete. */
export function pages(board: string): [string, (page: Page) => Promise<unknown>][] {
  const heading = (name: string) => (page: Page) =>
    expect(page.getByRole('heading', { name, exact: true, level: 1 })).toBeVisible();
  return [
    ['/ui/', heading('Home')],
    ['/ui/explore', (page) => expect(page.getByText('Start with')).toBeVisible()],
    [explore({ s: 'cpu_percent' }), (page) => ends(result(page), 'data')],
    [
      explore({ sql: 'SELECT name, step FROM metrics LIMIT 20' }),
      (page) => expect(page.getByRole('region', { name: 'Rows' })).toBeVisible(),
    ],
    ['/ui/metrics', (page) => expect(page.getByRole('row').nth(3)).toBeVisible()],
    ['/ui/metrics?tab=cardinality', (page) => expect(page.getByText('series with')).toBeVisible()],
    ['/ui/metrics/1', (page) => expect(page.getByText('Reaches back')).toBeVisible()],
    ['/ui/dashboards', heading('Dashboards')],
    [board, (page) => ends(panel(page, 'Line'), 'data')],
    [`${board}/p/1`, (page) => ends(page.getByRole('region', { name: 'Preview' }), 'data')],
    ['/ui/status', heading('Status')],
    ['/ui/settings', heading('Settings')],
  ];
}

/** Stores a dashboard with a panel of every kind; its link. */
export async function everything(slug: string): Promise<string> {
  const at = (x: number, y: number, w: number, h: number) => ({ x, y, w, h });
  const rate = { builder: { selectors: [{ metric: 'net_bytes_sent', reading: 'rate' }] } };
  const latency = {
    builder: {
      selectors: [{ metric: 'request_seconds_bucket', reading: 'quantiles' }],
      across: 'sum',
    },
  };
  const both = {
    builder: {
      selectors: [{ metric: 'cpu_percent' }, { metric: 'net_bytes_sent', reading: 'rate' }],
    },
  };
  const host = {
    builder: {
      selectors: [{ metric: 'cpu_percent', filters: [{ tag: 'host', op: '=', value: '$host' }] }],
    },
  };
  return putDashboard(
    slug,
    [
      {
        title: 'CPU now',
        layout: at(0, 0, 4, 1),
        query: builder('cpu_percent'),
        options: { type: 'stat', unit: 'percent', thresholds: [{ value: 40, level: 'warn' }] },
      },
      {
        title: 'Areas',
        layout: at(4, 0, 8, 3),
        query: builder('cpu_percent'),
        options: { type: 'area', unit: 'percent', legend: 'right' },
      },
      {
        title: 'Table',
        layout: at(0, 1, 4, 2),
        query: builder('cpu_percent'),
        options: { type: 'table', unit: 'percent' },
      },
      {
        title: 'Bars',
        layout: at(0, 3, 4, 3),
        query: rate,
        options: { type: 'bars', unit: 'bytes/s' },
      },
      {
        title: 'Heat',
        layout: at(4, 3, 4, 3),
        query: latency,
        options: { type: 'heatmap', unit: 'seconds' },
      },
      {
        title: 'Quantiles',
        layout: at(8, 3, 4, 3),
        query: latency,
        options: { unit: 'seconds', thresholds: [{ value: 0.9, level: 'bad' }] },
      },
      {
        title: 'Two axes',
        layout: at(0, 6, 6, 3),
        query: both,
        options: {
          unit: 'percent',
          overrides: [{ match: 'net_bytes', right: true, unit: 'bytes/s', dashed: true }],
        },
      },
      {
        title: 'A hundred',
        layout: at(6, 6, 6, 3),
        query: builder('crowd'),
        options: { legend: 'table' },
      },
      {
        title: 'CPU of $host',
        layout: at(0, 9, 4, 2),
        query: host,
        repeat: 'host',
        options: { unit: 'percent' },
      },
      {
        title: 'An hour earlier',
        layout: at(0, 11, 6, 3),
        query: builder('cpu_percent'),
        options: { unit: 'percent', compare: 3600 },
      },
      {
        title: 'Points',
        layout: at(6, 11, 6, 3),
        query: builder('gappy'),
        options: { type: 'points' },
      },
      { title: 'Broken', layout: at(0, 14, 4, 2), query: { sql: 'SELECT nothing' } },
      { title: 'Empty', layout: at(4, 14, 4, 2), query: builder('no_such_metric') },
      { title: 'Old', layout: at(8, 14, 4, 2), query: builder('late'), options: { type: 'stat' } },
    ],
    {
      variables: [
        { name: 'host', tag: 'host', metric: 'cpu_percent' },
        { kind: 'text', name: 'word' },
        { kind: 'interval', name: 'every' },
      ],
      notes: [
        { id: 1, at: NOW - 2400, until: NOW - 1900, text: 'Maintenance' },
        { id: 2, at: NOW - 900, until: null, text: 'Failover' },
      ],
      marks: [{ metric: 'release' }],
    },
  );
}
