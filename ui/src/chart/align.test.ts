import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, lonePoints, stack } from './align';

describe('alignment', () => {
  const line = (...points: [number, number | null][]) => ({
    xs: points.map(([x]) => x),
    ys: points.map(([, y]) => y),
  });
  const holey = line([0, 1], [10, 2], [40, 3], [50, null], [60, 4]);

  it('breaks a line where a bucket is missing', () => {
    const { xs, columns } = align([holey], 10, { kind: 'gap' });
    expect(xs).toEqual([0, 10, 20, 40, 50, 60]);
    expect(columns[0]).toEqual([1, 2, null, 3, null, 4]);
    expect(lonePoints(columns[0] ?? [])).toEqual([3, 5]);
  });

  it('joins up to so many buckets', () => {
    const joined = (buckets: number) => align([holey], 10, { kind: 'connect', buckets }).columns[0];
    expect(joined(2)).toEqual([1, 2, null, 3, 4]);
    expect(joined(3)).toEqual([1, 2, 3, 4]);
  });

  it('takes what is missing for zero', () => {
    const { xs, columns } = align([holey], 10, { kind: 'zero' });
    expect(xs).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(columns[0]).toEqual([1, 2, 0, 0, 3, 0, 4]);
  });

  it('does not break a line where only others have samples', () => {
    const { xs, columns } = align([line([0, 1], [10, 2]), line([5, 7])], 10, { kind: 'gap' });
    expect(xs).toEqual([0, 5, 10]);
    expect(columns).toEqual([
      [1, undefined, 2],
      [null, 7, null],
    ]);
    expect(lonePoints(columns[0] ?? [])).toEqual([]);
    expect(lonePoints(columns[1] ?? [])).toEqual([1]);
  });

  it('breaks a line at every time of others within a gap', () => {
    const dense = line(...Array.from({ length: 13 }, (_, i): [number, number] => [i * 5, i]));
    const { xs, columns } = align([line([0, 1], [10, 2], [50, 3], [60, 4]), dense], 5, {
      kind: 'gap',
    });
    xs.forEach((x, i) => {
      expect(columns[0]?.[i] === null, `at ${x}`).toBe(x > 10 && x < 50);
    });
  });

  it('never joins over a gap, nor breaks what is no gap, whatever the other series are', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(times, { minLength: 1, maxLength: 4 }),
        fc.constant(1),
        (lists, bucket) => {
          const series = lists.map((list) =>
            line(...[...list].sort((a, b) => a - b).map((x): [number, number] => [x, x])),
          );
          const { xs, columns, distances } = align(series, bucket, { kind: 'gap' });
          series.forEach((one, s) => {
            xs.forEach((x, i) => {
              const value = columns[s]?.[i];
              const before = one.xs.findLast((other) => other < x);
              const after = one.xs.find((other) => other > x);
              if (one.xs.includes(x)) {
                expect(value).toBe(x);
              } else if (before === undefined || after === undefined) {
                expect(value).toBeNull();
              } else {
                const isGap = after - before > 1.5 * (distances[s] ?? 0);
                expect(value).toBe(isGap ? null : undefined);
              }
            });
            one.xs.slice(1).forEach((x, i) => {
              const before = one.xs[i] as number;
              if (x - before > 1.5 * (distances[s] ?? 0)) {
                expect(xs.some((other) => other > before && other < x)).toBe(true);
              }
            });
          });
        },
      ),
    );
  });

  it.each([
    ['each minute in buckets of 5 s', 5, Array.from({ length: 30 }, (_, i) => i * 60)],
    ['each 10 s in buckets of 1 s', 1, Array.from({ length: 30 }, (_, i) => i * 10)],
    [
      'each 7 s in buckets of 5 s',
      5,
      Array.from({ length: 60 }, (_, i) => Math.floor((i * 7) / 5) * 5),
    ],
  ])('joins samples %s, and breaks where some are missing', (_, bucket, times) => {
    const xs = [...new Set(times)];
    const whole = align([{ xs, ys: xs.map(() => 1) }], bucket, { kind: 'gap' });
    expect(whole.columns[0]).not.toContain(null);
    const missing = xs.filter((__, i) => i < 10 || i > 14);
    const broken = align([{ xs: missing, ys: missing.map(() => 1) }], bucket, { kind: 'gap' });
    expect(broken.columns[0]?.filter((value) => value === null)).toHaveLength(1);
  });

  it('guesses the distance of samples where no bucket is known', () => {
    const daily = line([0, 1], [86_400, 2], [172_800, 3], [432_000, 4]);
    expect(align([daily], null, { kind: 'gap' }).columns[0]).toEqual([1, 2, 3, null, 4]);
  });

  it('stacks what is there', () => {
    const layers = stack({
      xs: [0, 10, 20],
      columns: [
        [1, null, 3],
        [10, undefined, 30],
        [100, 200, 300],
      ],
      distances: [10, 20, 10],
    });
    expect(layers.map(({ samples }) => samples)).toEqual([
      [1, null, 3],
      [11, undefined, 33],
      [111, 220, 333],
    ]);
    expect(layers.map(({ base }) => base)).toEqual([
      [0, null, 0],
      [1, 0, 3],
      [11, 20, 33],
    ]);
    expect(layers[1]?.top).toEqual([11, 20, 33]);
  });

  it('stacks what only begins or ends at another moment without a fall of the sum', () => {
    const rare = line([3, 10], [20, 10], [37, 10]);
    const dense = line(...[0, 10, 20, 30, 40, 50, 60].map((x): [number, number] => [x, 1]));
    const aligned = align([rare, dense], 10, { kind: 'gap' });
    const sum = stack(aligned)[1]?.top ?? [];
    const at = (x: number) => sum[aligned.xs.indexOf(x)];
    expect([0, 10, 30, 40, 50].map(at)).toEqual([11, 11, 11, 11, 11]);
    expect(at(60), 'long after the last').toBe(1);
  });
});
