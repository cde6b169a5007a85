import { describe, expect, test } from 'vitest';
import { fromPromql } from './fromPromql';
import { EMPTY_BUILDER, EMPTY_SELECTOR, type TagFilter } from './model';
import {
  bindPromql,
  legendOf,
  metricsIn,
  placeInWritten,
  withMatchers,
  withoutVariables,
} from './promql';
import { toPromql } from './toPromql';
import type { Bindings } from './variables';

test.each([
  ['up', ['up']],
  ['sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))', ['http_requests_total']],
  ['a / on (host) group_left (dc) b', ['a', 'b']],
  ['sum(x) without (y) > bool 3 and z offset 5m', ['x', 'z']],
  ['{"a.b", host="x"} or {__name__="c"}', ['a.b', 'c']],
  ['{__name__=~"a.*"}', []],
  ['label_replace(up, "a", "$1", "b", "(.*)") # not_this', ['up']],
  ['max_over_time(rate(x[5m])[1h:1m] @ end())', ['x']],
  ['histogram_quantile(0.9, sum by (le) (rate(`y`[1m])))', []],
  ['inf + NaN + 1e3', []],
  ['up + up', ['up']],
])('the metrics of %s', (expression, metrics) => {
  expect(metricsIn(expression)).toEqual(metrics);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is Grafana's way to write them
test.each([
  ['rate(x[$__rate_interval])', 'rate(x[111111111111111s])'],
  ['rate(x[5m:${step}])', 'rate(x[5m:111111s])'],
  ['x offset $ago', 'x offset 111s'],
  ['$metric{host=~"$host", dc="[[dc]]"}', 'vvvvvvv{host=~"vvvvv", dc="vvvvvv"}'],
  ['rate(x_$kind[5m])', 'rate(x_vvvvv[5m])'],
  ['x{y="z$"}', 'x{y="z$"}'],
])('%s without variables', (expression, expected) => {
  expect(withoutVariables(expression)).toBe(expected);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above

test('a place in what was asked is found in what was written, unless a variable is there', () => {
  const written = 'foo(rate(x[$i])) + bar(y)';
  const asked = 'foo(rate(x{a="b"}[240s])) + bar(y)';
  const place = (text: string) => ({ offset: asked.indexOf(text), length: text.length });
  expect(placeInWritten(place('foo'), asked, written)).toBe(0);
  expect(placeInWritten(place('bar'), asked, written)).toBe(written.indexOf('bar'));
  expect(placeInWritten(place('240s'), asked, written)).toBeNull();
});

describe('further matchers', () => {
  const filter: TagFilter = { tag: 'host', op: '=', value: 'a"b' };
  const ofX = (metric: string) => (metric === 'x' ? [filter] : []);

  test.each([
    ['x', 'x{host="a\\"b"}'],
    ['rate(x[5m]) / y', 'rate(x{host="a\\"b"}[5m]) / y'],
    ['x{}', 'x{host="a\\"b"}'],
    ['x { dc = "e" }', 'x {host="a\\"b", dc = "e" }'],
    ['{"x"} + {dc="x"}', '{host="a\\"b","x"} + {dc="x"}'],
    ['sum by (x) (y)', 'sum by (x) (y)'],
    ['"x"', '"x"'],
  ])('of %s', (expression, expected) => {
    expect(withMatchers(expression, ofX)).toBe(expected);
  });

  test('a name that is none of PromQL is quoted', () => {
    expect(withMatchers('x', () => [{ tag: 'a.b', op: '!~', value: 'c\\d' }])).toBe(
      'x{"a.b"!~"c\\\\d"}',
    );
  });
});

describe('variables', () => {
  const bindings: Bindings = {
    host: { kind: 'values', values: ['web.1', 'db-1'] },
    one: { kind: 'values', values: ['a.b'] },
    all: { kind: 'values', values: null },
    word: { kind: 'text', text: 'x' },
    every: { kind: 'interval', seconds: 300 },
    auto: { kind: 'interval', seconds: null },
  };
  const windows = { range: { from: 0, to: 3600 }, step: 30, cadence: 60 };

  test.each([
    ['up{host=~"$host"}', 'up{host=~"web\\\\.1|db-1"}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Grafana's way to write it
    ['up{host="${host}"}', 'up{host=~"web\\\\.1|db-1"}'],
    ['up{host!="[[host]]"}', 'up{host!~"web\\\\.1|db-1"}'],
    ['up{host="$one"}', 'up{host="a.b"}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Grafana's way to write it
    ['up{host=~"${one:regex}"}', 'up{host=~"a\\\\.b"}'],
    ['up{host="$all"}', 'up{host=~".*"}'],
    ['up{host!="$all"}', 'up{host!~""}'],
    ['up{name=~"$word.*"}', 'up{name=~"x.*"}'],
    ['up{host=~"($one|other)"}', 'up{host=~"(a.b|other)"}'],
    ['rate(x[$every])', 'rate(x[300s])'],
    ['rate(x[$auto])', 'rate(x[30s])'],
    ['rate(x[$__rate_interval])', 'rate(x[4m])'],
    ['avg_over_time(x[$__interval])', 'avg_over_time(x[30s])'],
    ['increase(x[$__range]) / $__range_s', 'increase(x[1h]) / 3600'],
    ['$unknown', '$unknown'],
  ])('in %s', (expression, expected) => {
    expect(bindPromql(expression, bindings, windows)).toBe(expected);
  });

  test('macros stay where nothing is known of the range', () => {
    expect(bindPromql('rate(x{h="$one"}[$__rate_interval])', bindings, null)).toBe(
      'rate(x{h="a.b"}[$__rate_interval])',
    );
  });
});

test('a legend takes labels', () => {
  expect(legendOf('{{ host }} in {{dc}}{{none}}', { host: 'a', dc: 'b' })).toBe('a in b');
});

test.each([
  'cpu_percent',
  'cpu_percent{host="web-1", dc!~"e.*"}',
  'sum by (host, dc) (rate(net_total{host="a\\"b"}[$__rate_interval]))',
  'increase(net_total[$__rate_interval])',
  'histogram_quantile(0.99, sum by (le, job) (rate(x_bucket[$__rate_interval])))',
])('the builder says %s and back', (expression) => {
  const builder = fromPromql(expression);
  expect(builder && toPromql(builder)).toEqual([expression]);
});

test('a name that is none of PromQL is quoted', () => {
  const filters: TagFilter[] = [{ tag: 'a.b', op: '=', value: 'c' }];
  const selectors = [{ ...EMPTY_SELECTOR, metric: 'http.requests', filters }];
  expect(toPromql({ ...EMPTY_BUILDER, selectors })).toEqual(['{"http.requests", "a.b"="c"}']);
});
