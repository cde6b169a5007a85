import { expect, test } from 'vitest';
import { areaBelow, sparkPath } from './Sparkline';
import type { Unit } from './units';

const RANGE = { from: 0, to: 100 };
const [WIDTH, HEIGHT] = [120, 26];

function path(ys: (number | null)[], unit: Unit = 'none', xs = ys.map((_, i) => i * 10)): string {
  return sparkPath({ xs, ys, range: RANGE, bucket: 10, unit }, WIDTH, HEIGHT);
}

function points(drawn: string): [number, number][] {
  return [...drawn.matchAll(/[ML](\S+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

function spread(drawn: string): number {
  const heights = points(drawn).map(([, y]) => y);
  return Math.max(...heights) - Math.min(...heights);
}

test('a small line is no sawtooth where little changes, and takes its height where much does', () => {
  expect(spread(path([99.8, 100, 99.8, 100, 99.9], 'percent'))).toBeLessThan(1);
  expect(spread(path([0.998, 1, 0.998, 1], 'ratio'))).toBeLessThan(1);
  expect(spread(path([1e9, 1.001e9, 1e9]))).toBeLessThan(1);
  expect(spread(path([7, 7, 7]))).toBe(0);
  expect(spread(path([0, 0, 0]))).toBe(0);
  expect(spread(path([0, 100, 50], 'percent'))).toBeGreaterThan(20);
  expect(spread(path([1e-12, 2e-12]))).toBeGreaterThan(20);
});

test('a small line is whole within its frame, and broken where samples are missing', () => {
  const drawn = path([5, -1.7e308, 3, 8, 1e300, null, null, 4, 4, 4, 4]);
  for (const [x, y] of points(drawn)) {
    expect(x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT, `${x} ${y}`).toBe(true);
  }
  expect(points(drawn)).toHaveLength(9);
  expect(drawn.match(/M/g)).toHaveLength(2);
  expect(areaBelow(drawn, HEIGHT).match(/Z/g)).toHaveLength(2);
});

test('a sample alone is seen', () => {
  expect(path([1, 2, null, null, 3, null, null, 4, 5])).toMatch(/M\S+ [\d.]+h0\.5M/);
});
