import { expect, test } from 'vitest';
import {
  EMPTY_BUILDER,
  EMPTY_QUERY,
  EMPTY_SELECTOR,
  type Query,
  type Reading,
} from '../query/model';
import { guessUnit } from './guessUnit';

const builder = (metric: string, reading: Reading = 'value'): Query => ({
  ...EMPTY_QUERY,
  builder: { ...EMPTY_BUILDER, selectors: [{ ...EMPTY_SELECTOR, metric, reading }] },
});
const promql = (...expressions: string[]): Query => ({
  ...EMPTY_QUERY,
  mode: 'promql',
  promql: { instant: false, expressions: expressions.map((expr) => ({ expr, legend: '' })) },
});

test.each([
  [builder('mem_bytes'), 'bytes'],
  [builder('net_bytes_sent', 'rate'), 'bytes/s'],
  [builder('requests_total', 'rate'), 'per second'],
  [builder('latency_seconds_bucket'), 'none'],
  [builder('latency_seconds_bucket', 'quantiles'), 'seconds'],
  [promql('sum by (host) (rate(net_bytes_sent[5m]))'), 'bytes/s'],
  [
    promql(
      'histogram_quantile(0.9, sum by (le) (rate(x_seconds_bucket[5m])))',
      'histogram_quantile(0.5, sum by (le) (rate(x_seconds_bucket[5m])))',
    ),
    'seconds',
  ],
  [promql('mem_bytes', 'cpu_percent'), 'none'],
  [promql('mem_bytes', 'mem_bytes / 2'), 'none'],
  [{ ...EMPTY_QUERY, mode: 'sql', sql: 'SELECT 1' } as Query, 'none'],
])('%#: %j', (query, unit) => {
  expect(guessUnit(query)).toBe(unit);
});
