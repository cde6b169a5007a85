import { expect, test } from 'vitest';
import type { Series } from '../query/frame';
import { heatmapOf } from './heatmap';

const bucket = (le: string, host: string, ys: (number | null)[]): Series => ({
  key: `${le} ${host}`,
  name: 'latency_bucket',
  labels: { le, host },
  xs: [0, 60],
  ys,
});

test('rows hold what lies between their bounds, of all histograms together', () => {
  const map = heatmapOf([
    bucket('+Inf', 'a', [10, 4]),
    bucket('0.5', 'a', [9, 5]),
    bucket('0.1', 'a', [2, null]),
    bucket('0.1', 'b', [3, null]),
    { ...bucket('', 'a', [99, 99]), labels: {} },
  ]);
  expect(map.xs).toEqual([0, 60]);
  expect(map.bounds).toEqual([0.1, 0.5, Number.POSITIVE_INFINITY]);
  expect(map.counts).toEqual([
    [5, null],
    [4, 5],
    [1, 0],
  ]);
  expect(map.most).toBe(5);
});

test('of no histogram there is nothing', () => {
  expect(heatmapOf([])).toEqual({ xs: [], bounds: [], counts: [], most: 0 });
});
