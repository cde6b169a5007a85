import { expect, test } from 'vitest';
import { cadenceIn, wholeBucket } from './cadence';

/** As the answer of the server has it: a row for each series and part of the range. */
function answer(...parts: [count: number, since: number, until: number, id?: number][]) {
  const column = (index: number) => parts.map((part) => part[index] ?? 0);
  return { data: [column(3), column(4), column(0), column(1), column(2)] };
}

test.each([
  [
    'each 10 s',
    [
      [31, 0, 300],
      [31, 300, 600],
    ],
    10,
  ],
  [
    'each 15 s, with a gap in one part',
    [
      [20, 0, 285],
      [6, 300, 585],
      [20, 600, 885],
    ],
    15,
  ],
  [
    'a minute apart',
    [
      [5, 0, 240],
      [5, 300, 540],
    ],
    60,
  ],
  [
    'too few for each part by itself',
    [
      [2, 0, 60],
      [1, 120, 120],
    ],
    60,
  ],
  ['of which there is one', [[1, 300, 300]], null],
  ['none', [], null],
] as [string, [number, number, number][], number | null][])('samples %s', (_, parts, cadence) => {
  expect(cadenceIn(answer(...parts))?.usual ?? null).toBe(cadence);
});

test('what is combined needs buckets with a sample of every series', () => {
  const each = (id: number, seconds: number) =>
    [0, 300, 600, 900].map((since): [number, number, number, number] => {
      const count = Math.floor(299 / seconds) + 1;
      return [count, since, since + (count - 1) * seconds, id];
    });
  const mixed = cadenceIn(answer(...each(1, 10), ...each(2, 17), ...each(3, 10), ...each(4, 60)));
  expect(mixed).toEqual({ usual: 10, slowest: 60, whole: 60 });
  expect(mixed && wholeBucket(mixed, { from: 0, to: 3600 })).toBe(60);
  expect(mixed && wholeBucket(mixed, { from: 0, to: 120 }), 'of a short range').toBe(30);
  // 15 s apart, give or take two.
  const uneven = cadenceIn(answer([20, 0, 286, 1], [20, 302, 585, 1], [20, 600, 887, 1]));
  expect(uneven?.whole).toBe(2 * (uneven?.slowest ?? 0));
  const gappy = cadenceIn(answer([31, 0, 300, 1], [11, 310, 600, 1], [31, 610, 910, 1]));
  expect(gappy?.whole, 'gaps are not unevenness').toBe(10);
});
