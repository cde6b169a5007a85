import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantileIn, quantilesOf } from './quantiles';

const BOUNDS = [0.1, 0.5, 1, Number.POSITIVE_INFINITY];

describe('a quantile', () => {
  it.each([
    // 10 up to 0.1, 30 up to 0.5, 40 up to 1: half of 40 is 20, half-way from 0.1 to 0.5.
    [[10, 30, 40, 40], 0.5, 0.3],
    [[10, 30, 40, 40], 0.25, 0.1],
    [[10, 30, 40, 40], 1, 1],
    [[10, 30, 40, 80], 0.9, 1],
    [[0, 0, 0, 0], 0.5, null],
    [[0, 0, 0, 5], 0.5, 1],
  ])('of %j at %d', (counts, quantile, expected) => {
    const found = quantileIn(BOUNDS, counts, quantile);
    expect(found === null ? null : Number(found.toFixed(9))).toBe(expected);
  });

  it('rises with its share, and stays within the bounds', () => {
    const counts = fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.double({ min: 0.01, max: 0.98, noNaN: true }), (steps, quantile) => {
        let sum = 0;
        const cumulative = steps.map((step) => {
          sum += step;
          return sum;
        });
        const low = quantileIn(BOUNDS, cumulative, quantile);
        const high = quantileIn(BOUNDS, cumulative, quantile + 0.02);
        if (sum === 0) {
          expect(low).toBeNull();
        } else {
          expect(low).toBeLessThanOrEqual(high ?? 0);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

it('buckets become a line for each quantile and histogram; others stay', () => {
  const bucket = (host: string, le: string, ys: number[]) => ({
    key: `${host} ${le}`,
    name: 'latency',
    labels: { host, le },
    xs: [0, 60],
    ys,
  });
  const plain = { key: 'cpu', name: 'cpu', labels: {}, xs: [0], ys: [1] };
  const lines = quantilesOf([
    plain,
    bucket('a', '+Inf', [40, 0]),
    bucket('a', '0.5', [30, 0]),
    bucket('a', '0.1', [10, 0]),
    bucket('b', '0.1', [10, 10]),
    bucket('b', '+Inf', [10, 10]),
  ]);
  expect(lines.map(({ name, labels }) => [name, labels.host, labels.quantile])).toEqual([
    ['cpu', undefined, undefined],
    ['latency', 'a', 'p50'],
    ['latency', 'a', 'p90'],
    ['latency', 'a', 'p99'],
    ['latency', 'b', 'p50'],
    ['latency', 'b', 'p90'],
    ['latency', 'b', 'p99'],
  ]);
  expect(lines[1]?.ys[0]).toBeCloseTo(0.3);
  expect(lines[1]?.ys[1]).toBeNull();
  expect(lines[4]?.ys[1]).toBeCloseTo(0.05);
});
