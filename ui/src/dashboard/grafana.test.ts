import { expect, test } from 'vitest';
import { fromPromql } from '../query/fromPromql';
import { parseDashboard } from './transfer';

const panel = (title: string, type: string, ...targets: object[]) => ({ title, type, targets });

const GRAFANA = {
  title: 'Node',
  schemaVersion: 39,
  time: { from: 'now-6h', to: 'now' },
  templating: {
    list: [
      { name: 'host', type: 'query', query: { query: 'label_values(node_load1, instance)' } },
      { name: 'word', type: 'textbox', query: 'x' },
      { name: 'every', type: 'interval', query: '1m,5m' },
      { name: 'source', type: 'datasource', query: 'prometheus' },
      { name: 'list', type: 'custom', query: 'a,b', current: { value: ['b'] } },
      {
        name: 'job',
        type: 'query',
        query: { query: 'query_result(up{instance="$host"})' },
        regex: '/job="(.*)"/',
      },
      { name: 'device', type: 'query', query: 'label_values(net{instance="$host"}, device)' },
      { name: 'labels', type: 'query', query: 'label_names()' },
    ],
  },
  panels: [
    {
      ...panel(
        'CPU',
        'timeseries',
        { expr: 'sum by (mode) (rate(node_cpu_seconds_total{instance=~"$host"}[5m]))' },
        { expr: 'topk(3, up)', legendFormat: '{{job}}' },
        { expr: 'secret', hide: true },
        { expr: '{app="x"} |= "y"', datasource: { type: 'loki' } },
      ),
      gridPos: { x: 12, y: 8, w: 12, h: 8 },
      fieldConfig: {
        defaults: {
          unit: 'percentunit',
          max: 1,
          custom: {
            fillOpacity: 20,
            stacking: { mode: 'normal' },
            thresholdsStyle: { mode: 'area' },
          },
          thresholds: {
            steps: [
              { color: 'green', value: null },
              { color: 'orange', value: 0.7 },
              { color: 'red', value: 0.9 },
            ],
          },
        },
        overrides: [{ matcher: {} }],
      },
    },
    {
      type: 'row',
      title: 'Others',
      panels: [
        panel('Notes', 'text'),
        panel('Written', 'table', {
          rawSql:
            'SELECT $__unixEpochGroup(ts, 1m) AS bucket, avg(value) AS value FROM samples WHERE $__unixEpochFilter(ts) GROUP BY bucket',
        }),
        panel('Most', 'barchart', { expr: 'topk(3, up)', instant: true }),
        panel('Elsewhere', 'stat', { rawSql: 'SELECT * FROM users' }),
        {
          ...panel('Free', 'gauge', { expr: 'free', instant: true, legendFormat: '__auto' }),
          options: { reduceOptions: { calcs: ['max'] } },
        },
      ],
    },
  ],
};

test("Grafana's dashboard is taken as far as it goes, and what is lost is named", () => {
  for (const file of [GRAFANA, { dashboard: GRAFANA }, { ...GRAFANA, schemaVersion: undefined }]) {
    const { title, definition, lost } = parseDashboard(JSON.stringify(file), 'node.json');
    expect(title).toBe('Node');
    expect(lost).toEqual([
      'CPU: its hidden query secret',
      'CPU: a query for loki: {app="x"} |= "y"',
      'CPU: its overrides',
      'Notes: a panel of type text',
      'Most: shown as numbers, not as bars, since it is of one moment',
      'Elsewhere: SELECT * FROM users',
      'Free: shown as numbers, not as a gauge',
      'Variable $every: other lengths than these are offered, too: 1m,5m',
      'Variable $labels: label_names()',
      'Row Others: its heading',
    ]);
    expect(definition.time).toEqual({ from: 'now-6h', to: 'now' });
    expect(definition.variables.map(({ kind, name, tag }) => `${kind} ${name} ${tag}`)).toEqual([
      'tag host instance',
      'text word word',
      'interval every every',
      'list list list',
      'query job job',
      'query device device',
    ]);
    expect(definition.variables[4]).toMatchObject({
      query: 'query_result(up{instance="$host"})',
      regex: '/job="(.*)"/',
    });
    expect(definition.variables[3]?.initial).toEqual(['b']);
    const free = definition.panels.find(({ title: name }) => name === 'Free');
    expect(free).toMatchObject({
      options: { type: 'stat', reduce: 'max' },
      query: { promql: { instant: true, expressions: [{ expr: 'free', legend: '' }] } },
    });
    const [written, , , cpu] = [...definition.panels].sort((a, b) =>
      b.title.localeCompare(a.title),
    );
    expect(cpu).toMatchObject({
      layout: { x: 6, w: 6, h: 3 },
      options: {
        type: 'area',
        unit: 'ratio',
        max: 1,
        stack: true,
        thresholds: [
          { value: 0.7, level: 'warn' },
          { value: 0.9, level: 'bad' },
        ],
      },
      query: {
        mode: 'promql',
        promql: {
          instant: false,
          expressions: [
            {
              expr: 'sum by (mode) (rate(node_cpu_seconds_total{instance=~"$host"}[5m]))',
              legend: '',
            },
            { expr: 'topk(3, up)', legend: '{{job}}' },
          ],
        },
      },
    });
    expect(written?.query.sql).toBe(
      'SELECT ts_bucket(ts, {{bucket}}) AS bucket, avg(value) AS value FROM samples WHERE ts BETWEEN {{start_ts}} AND {{end_ts}} GROUP BY bucket',
    );
  }
});

test('a file of this UI is taken whole', () => {
  const file = { slug: 'x', title: 'X', definition: { version: 1, panels: [{ title: 'P' }] } };
  const { definition, lost } = parseDashboard(JSON.stringify(file), 'x.json');
  expect(definition.panels).toHaveLength(1);
  expect(lost).toEqual([]);
});

test.each([
  ['up', 'up', 'value', 'none', []],
  ['avg(node_load1) by (job, instance)', 'node_load1', 'value', 'avg', ['job', 'instance']],
  ['increase(errors_total{code!="200", job=~"a|b"}[1h])', 'errors_total', 'increase', 'none', []],
  [
    'histogram_quantile(0.95, sum by (le, job) (rate(latency_bucket[5m])))',
    'latency_bucket',
    'quantiles',
    'sum',
    ['job'],
  ],
])('PromQL %s', (expression, metric, reading, across, by) => {
  const query = fromPromql(expression);
  expect(query).toMatchObject({ across, by, selectors: [{ metric, reading }] });
});

test.each([
  'a + b',
  'sum(rate(a[5m])) / sum(rate(b[5m]))',
  'rate(a[5m]) > 3',
  'up offset 1h',
  'histogram_quantile(0.9, x_bucket)',
  'sum without (job) (up)',
  'stddev(up)',
  '',
])('PromQL that the builder cannot express: %s', (expression) => {
  expect(fromPromql(expression)).toBeNull();
});
