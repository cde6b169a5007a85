import type { Unit } from './units';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Below the smallest whole unit people count in tens, whatever comes above. */
const FRACTIONS = Array.from({ length: 320 }, (_, i) => 320 - i).flatMap((power) =>
  [1, 2, 5].map((digit) => Number(`${digit}e-${power}`)),
);
const BINARY = [...FRACTIONS, ...Array.from({ length: 1024 }, (_, power) => 2 ** power)];
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

/** Decimal ones of any size. */
const DECIMAL = Array.from({ length: 320 + 308 }, (_, i) => i - 320).flatMap((power) =>
  ['1', '2', '2.5', '5'].map((digit) => Number(`${digit}e${power}`)),
);

/** The multiples of a step within a range: few, and without the noise of adding steps up. */
export function multiplesOf(step: number, from: number, to: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.min(100, Math.floor(to / step + 1e-9) - first + 1);
  return step > 0 && count > 0
    ? Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(15)))
    : [];
}

/** Distances of ticks to choose from. */
export function stepsFor(unit: Unit): number[] {
  return tickSteps(unit) ?? DECIMAL;
}

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
