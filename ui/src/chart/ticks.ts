import type { Unit } from './units';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Below the smallest whole unit people count in tens, whatever comes above. */
const FRACTIONS = [9, 8, 7, 6, 5, 4, 3, 2, 1].flatMap((power) =>
  [1, 2, 5].map((digit) => Number(`${digit}e-${power}`)),
);
const BINARY = [...FRACTIONS, ...Array.from({ length: 61 }, (_, power) => 2 ** power)];
const SECONDS = [
  ...FRACTIONS,
  ...[1, 2, 5, 10, 15, 20, 30],
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...Array.from({ length: 20 }, (_, power) =>
    [1, 2, 5].map((days) => days * 10 ** power * DAY),
  ).flat(),
];
const MILLISECONDS = [
  ...FRACTIONS,
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...SECONDS.filter((seconds) => seconds >= 1).map((seconds) => seconds * 1000),
];

/** Distances of ticks that are round in the unit they are written in; undefined for decimal ones. */
export function tickSteps(unit: Unit): number[] | undefined {
  switch (unit) {
    case 'bytes':
    case 'bytes/s':
      return BINARY;
    case 'seconds':
      return SECONDS;
    case 'milliseconds':
      return MILLISECONDS;
    default:
      return undefined;
  }
}
