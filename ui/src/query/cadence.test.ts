import { expect, test } from 'vitest';
import { cadenceIn } from './cadence';

/** As the answer of the server has it: a row for each series and part of the range. */
function answer(...parts: [count: number, since: number, until: number][]) {
  const column = (index: number) => parts.map((part) => part[index] ?? 0);
  return { data: [column(3), column(3), column(0), column(1), column(2)] };
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
    'too few samples',
    [
      [2, 0, 60],
      [1, 300, 300],
    ],
    null,
  ],
  ['none', [], null],
] as [string, [number, number, number][], number | null][])('samples %s', (_, parts, cadence) => {
  expect(cadenceIn(answer(...parts))).toBe(cadence);
});
