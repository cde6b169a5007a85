import { describe, expect, test } from 'vitest';
import type { QueryAnswer, Value } from '../api/types';
import { shortNames, toSeries } from './frame';

function answer(columns: [string, string][], rows: Value[][]): QueryAnswer {
  return {
    query_id: 'q',
    columns: columns.map(([name, type]) => ({ name, type })),
    data: columns.map((_, i) => rows.map((row) => row[i] ?? null)),
    count: rows.length,
    truncated: false,
    stats: {
      elapsed_ms: 1,
      planning_ms: 1,
      plan_cached: false,
      samples_scanned: 0,
      bytes_scanned: 0,
      series: 0,
      rows: rows.length,
    },
  };
}

const NAMING = { metrics: new Map([[7, { name: 'cpu', tags: { host: 'a' } }]]), aliases: {} };

describe('the lines of an answer', () => {
  test('are named after the labels of PromQL', () => {
    const series = toSeries(
      answer(
        [
          ['ts', 'bigint'],
          ['value', 'double'],
          ['labels', 'map'],
        ],
        [
          [0, 1, '{"__name__":"cpu","host":"a"}'],
          [0, 2, '{"__name__":"cpu","host":"b"}'],
          [60, 3, '{"__name__":"cpu","host":"a"}'],
          [60, 4, '{}'],
        ],
      ),
      NAMING,
    );
    expect(series.map(({ name, labels, ys }) => ({ name, labels, ys }))).toEqual([
      { name: 'cpu', labels: { host: 'a' }, ys: [1, 3] },
      { name: 'cpu', labels: { host: 'b' }, ys: [2] },
      { name: 'value', labels: {}, ys: [4] },
    ]);
  });

  test('are one for each number column and combination of the others, in order of time', () => {
    const series = toSeries(
      answer(
        [
          ['bucket', 'bigint'],
          ['host', 'varchar'],
          ['up', 'double'],
          ['down', 'double'],
        ],
        [
          [60, 'a', 2, 20],
          [0, 'a', 1, 10],
          [0, 'b', 3, null],
        ],
      ),
      NAMING,
    );
    expect(series.map(({ name, labels, xs, ys }) => [name, labels.host, xs, ys])).toEqual([
      ['down', 'a', [0, 60], [10, 20]],
      ['down', 'b', [0], [null]],
      ['up', 'a', [0, 60], [1, 2]],
      ['up', 'b', [0], [3]],
    ]);
  });

  test('are at the milliseconds of ts_ms, which is no value', () => {
    const series = toSeries(
      answer(
        [
          ['ts', 'bigint'],
          ['value', 'double'],
          ['ts_ms', 'bigint'],
        ],
        [
          [60, 5, 60_250],
          [60, 6, 60_750],
        ],
      ),
      NAMING,
    );
    expect(series.map(({ xs, ys }) => [xs, ys])).toEqual([
      [
        [60.25, 60.75],
        [5, 6],
      ],
    ]);
  });

  test('of SELECT * FROM samples are its values', () => {
    const series = toSeries(
      answer(
        [
          ['metric_id', 'bigint'],
          ['ts', 'bigint'],
          ['value', 'double'],
          ['type', 'tinyint'],
        ],
        [
          [7, 60, 5, 0],
          [7, 61, 6, 0],
        ],
      ),
      NAMING,
    );
    expect(series.map(({ xs, ys }) => [xs, ys])).toEqual([
      [
        [60, 61],
        [5, 6],
      ],
    ]);
  });

  test('are named after the metrics that ids stand for', () => {
    const series = toSeries(
      answer(
        [
          ['ts', 'bigint'],
          ['metric_id', 'bigint'],
          ['value', 'double'],
        ],
        [[1, 7, 5]],
      ),
      NAMING,
    );
    expect(series).toMatchObject([{ name: 'cpu', labels: { host: 'a' } }]);
  });

  test('are none without a column of times', () => {
    expect(toSeries(answer([['n', 'bigint']], [[1]]), NAMING)).toEqual([]);
  });
});

test('lines come in the order in which people count', () => {
  const rows = ['ns-10', 'ns-2', 'ns-1'].map((host): Value[] => [0, host, 1]);
  const columns: [string, string][] = [
    ['bucket', 'bigint'],
    ['host', 'varchar'],
    ['value', 'double'],
  ];
  const hosts = toSeries(answer(columns, rows), NAMING).map(({ labels }) => labels.host);
  expect(hosts).toEqual(['ns-1', 'ns-2', 'ns-10']);
});

describe('short names', () => {
  const named = (name: string, labels: Record<string, string>) => ({ name, labels });

  test.each([
    [[named('cpu', { host: 'a' })], ['cpu{host="a"}']],
    [
      [named('cpu', { host: 'a', dc: 'x' }), named('cpu', { host: 'b', dc: 'x' })],
      ['a', 'b'],
    ],
    [
      [named('cpu', { host: 'a', dc: 'x' }), named('cpu', { host: 'b', dc: 'y' })],
      ['a', 'b'],
    ],
    [
      [
        named('net', { host: 'a', if: 'eth0' }),
        named('net', { host: 'a', if: 'lo' }),
        named('net', { host: 'b', if: 'lo' }),
      ],
      ['a · eth0', 'a · lo', 'b · lo'],
    ],
    [
      [named('net', { host: 'a', if: 'eth0' }), named('disk', { host: 'a', if: 'eth0' })],
      ['net', 'disk'],
    ],
    [
      [named('cpu', { host: 'a' }), named('mem', { host: 'a' })],
      ['cpu', 'mem'],
    ],
    [
      [named('cpu', {}), named('cpu', { host: 'a' })],
      ['cpu', 'cpu{host="a"}'],
    ],
  ])('tell series apart', (series, names) => {
    expect(shortNames(series)).toEqual(names);
  });
});
