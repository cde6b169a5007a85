import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignLooks, COLOURS } from './colours';
import { linearRange } from './linearRange';
import { levelOf } from './options';
import { exactFigure } from './reduce';
import { multiplesOf, stepsFor, tickSteps } from './ticks';
import { timeLabels } from './timeAxis';
import {
  decimalsFor,
  decimalsOf,
  formatClosely,
  formatExact,
  formatTicks,
  formatValue,
  UNITS,
} from './units';

const BACKGROUNDS = { light: '#ffffff', dark: '#171b21' };

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('colours', () => {
  it.each(['light', 'dark'] as const)('stand out in the %s theme', (theme) => {
    expect(new Set(COLOURS[theme]).size).toBe(10);
    const background = luminance(BACKGROUNDS[theme]) + 0.05;
    for (const colour of COLOURS[theme]) {
      const own = luminance(colour) + 0.05;
      expect(Math.max(own, background) / Math.min(own, background)).toBeGreaterThanOrEqual(3);
    }
  });

  it('stay with a name, and do not come twice before all are used', () => {
    const names = Array.from({ length: 10 }, (_, i) => `host-${i}`);
    const looks = assignLooks(names);
    expect(new Set([...looks.values()].map((look) => look.colour)).size).toBe(10);
    expect(assignLooks([...names].reverse())).toEqual(looks);
    const alone = assignLooks(['cpu{host="web-1"}']);
    expect(assignLooks(['cpu{host="web-1"}', 'cpu{host="web-1"}'])).toEqual(alone);
  });

  it('get a dash pattern from the second cycle', () => {
    const looks = [...assignLooks(Array.from({ length: 40 }, (_, i) => `s${i}`)).values()];
    const pairs = looks.map((look) => `${look.colour} ${look.dash.join()}`);
    expect(looks.filter((look) => look.dash.length === 0)).toHaveLength(10);
    expect(new Set(pairs).size).toBe(40);
  });
});

describe('units', () => {
  it.each([
    [1536, 'bytes', '1.5\u00a0KiB'],
    [2.5e6, 'bits/s', '2.5\u00a0Mb/s'],
    [0, 'bytes', '0\u00a0B'],
    [99.956, 'percent', '99.96%'],
    [0.25, 'ratio', '25%'],
    [0.0004, 'seconds', '400\u00a0µs'],
    [90, 'seconds', '1.5\u00a0m'],
    [1500, 'milliseconds', '1.5\u00a0s'],
    [-12345, 'short', '-12.35\u00a0k'],
    [123456.789, 'none', '123,457'],
    [1_000_000_004, 'none', '1,000,000,004'],
    [1e-9, 'none', '1.000e-9'],
  ] as const)('%d %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('show a missing value as a dash, and decimals as told', () => {
    expect(formatValue(null, 'bytes')).toBe('–');
    expect(formatValue(1.005, 'none', 1)).toBe('1.0');
  });

  it.each([
    [1_000_000_004, 'none', '1,000,000,004'],
    [1_000_000_004, 'short', '1,000,000,004'],
    [-1_234_567.891, 'none', '-1,234,568'],
    [1_000_000_000, 'bytes', '953.674\u00a0MiB'],
    [2 ** 53, 'none', '9.007199254740992e+15'],
  ] as const)('say %d %s closely as %s', (value, unit, text) => {
    expect(formatClosely(value, unit)).toBe(text);
  });

  it('have the decimals that the span of the values needs', () => {
    expect(decimalsFor([1, 2, 1_000_000_004], 'none')).toBe(0);
    expect(decimalsFor([37.5, 38.125], 'none')).toBe(3);
    expect(decimalsFor([0.5, 99.5], 'percent')).toBe(1);
    expect(decimalsFor([1000.5, 90_000], 'none')).toBe(0);
    expect(decimalsFor([1, 2048.5], 'bytes')).toBeUndefined();
  });

  it('keep two digits of a value among larger ones', () => {
    expect(decimalsOf(0.012, 'none', 0)).toBeUndefined();
    expect(decimalsOf(3.7, 'none', 0)).toBeUndefined();
    expect(decimalsOf(3, 'none', 0)).toBe(0);
    expect(decimalsOf(0, 'none', 0)).toBe(0);
    expect(decimalsOf(1000.5, 'none', 0)).toBe(0);
    expect(decimalsOf(0.005, 'ratio', 1)).toBe(1);
    expect(decimalsOf(5, 'bytes', undefined)).toBeUndefined();
  });

  it.each([1e-12, 1e-300, 1e18, 1.7e308, -1e-12, -1e18, -1.7e308])(
    'tell ticks apart at %d',
    (size) => {
      for (const { id } of UNITS) {
        for (const low of [0, size / 2, size * 0.999999]) {
          const [least, most] = [Math.min(low, size), Math.max(low, size)];
          const [from, to] = linearRange(least, most, false, Number.POSITIVE_INFINITY);
          expect(Number.isFinite(to - from)).toBe(true);
          expect(from <= least && to >= most, `${from} to ${to}`).toBe(true);
          const step = stepsFor(id).find((one) => one >= (to - from) / 6) ?? (to - from) / 6;
          const ticks = multiplesOf(step, from, to);
          expect(ticks.length, `${from} to ${to} ${id}`).toBeGreaterThan(1);
          expect(new Set(formatTicks(ticks, id)).size, formatTicks(ticks, id).join(' | ')).toBe(
            new Set(ticks).size,
          );
        }
      }
    },
  );

  it('never give two ticks the same label', () => {
    const steps = fc.oneof(
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      fc.integer({ min: -300, max: 300 }).map((power) => Number(`1e${power}`)),
    );
    const starts = fc.oneof(
      fc.integer({ min: -100, max: 100 }),
      fc.integer({ min: -1e9, max: 1e9 }),
    );
    fc.assert(
      fc.property(steps, starts, fc.constantFrom(...UNITS), (step, start, unit) => {
        const ticks = [0, 1, 2, 3, 4].map((i) => (start + i) * step);
        fc.pre(ticks.every(Number.isFinite));
        expect(new Set(formatTicks(ticks, unit.id)).size).toBe(5);
      }),
    );
    expect(formatTicks([0, 0.25, 0.5], 'none')).toEqual(['0.00', '0.25', '0.50']);
    expect(formatTicks([-1, 0, 1], 'percent')).toEqual(['-1%', '0%', '1%']);
  });
});

describe('the distances of ticks', () => {
  const labels = (unit: 'bytes' | 'seconds' | 'milliseconds', step: number, count: number) => {
    expect(tickSteps(unit)).toContain(step);
    return formatTicks(
      Array.from({ length: count }, (_, i) => i * step),
      unit,
    ).map((label) => label.replace('\u00a0', ' '));
  };

  it('are powers of two for bytes, and whole minutes and hours for times', () => {
    expect(labels('bytes', 256 * 1024, 4)).toEqual(['0 KiB', '256 KiB', '512 KiB', '768 KiB']);
    expect(labels('bytes', 2 ** 31, 3)).toEqual(['0 GiB', '2 GiB', '4 GiB']);
    expect(labels('seconds', 1200, 4)).toEqual(['0 m', '20 m', '40 m', '60 m']);
    expect(labels('milliseconds', 30_000, 4)).toEqual(['0 s', '30 s', '60 s', '90 s']);
  });

  it('rise, and are decimal for everything else', () => {
    for (const { id } of UNITS) {
      const steps = tickSteps(id) ?? [];
      expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
      expect(steps.length > 0).toBe(/^bytes|seconds$/.test(id));
    }
  });
});

describe('whole numbers that a double cannot hold', () => {
  const [low, high] = [9007199254740993n, 9007199254740995n];
  const series = {
    xs: [0, 10, 20, 30],
    ys: [Number(high), 5, Number(low), null],
    exact: new Map([
      [0, high],
      [20, low],
    ]),
  };

  it('are exact as figures, where one of them is that', () => {
    expect(exactFigure(series, 'last')).toBe(low);
    expect(exactFigure(series, 'first')).toBe(high);
    expect(exactFigure(series, 'max')).toBe(high);
    expect(exactFigure(series, 'min')).toBeUndefined();
    expect(exactFigure(series, 'sum')).toBeUndefined();
    expect(exactFigure({ xs: [0], ys: [1] }, 'last')).toBeUndefined();
  });

  it('have all of their digits', () => {
    expect(formatExact(low, 'none')).toBe('9,007,199,254,740,993');
    expect(formatExact(-low, 'short')).toBe('-9,007,199,254,740,993');
    expect(formatExact(2n ** 60n, 'bytes')).toBe('1,024\u00a0PiB');
  });
});

describe('thresholds', () => {
  const thresholds = [
    { value: 80, level: 'warn' as const },
    { value: 95, level: 'bad' as const },
    { value: 20, level: 'warn' as const, below: true },
    { value: 5, level: 'bad' as const, below: true },
  ];

  it.each([
    [50, null],
    [80, 80],
    [99, 95],
    [20, 20],
    [4, 5],
  ])('of %d', (value, reached) => {
    expect(levelOf(value, thresholds)?.value ?? null).toBe(reached);
  });
});

describe('the range of an axis', () => {
  const range = (low: number, high: number, ...more: [boolean?, number?, number?, number?]) => {
    const [fromZero = false, whole = Number.POSITIVE_INFINITY, least, most] = more;
    return linearRange(low, high, fromZero, whole, least, most);
  };

  it('is 0 to 1 where all is zero, and near values that are all the same', () => {
    expect(range(0, 0)).toEqual([0, 1]);
    expect(range(0, 0, true)).toEqual([0, 1]);
    expect(range(50, 50)).toEqual([45, 55]);
    expect(range(-5, -5)).toEqual([-5.5, -4.5]);
  });

  it('has room, but neither below zero nor beyond the whole without need', () => {
    expect(range(10, 90)).toEqual([2, 98]);
    expect(range(2, 100, false, 100)).toEqual([0, 100]);
    expect(range(20, 80, true)).toEqual([0, 88]);
    expect(range(90, 120, false, 100)).toEqual([87, 123]);
    expect(range(10, 20, false, undefined, 12, 15)).toEqual([12, 15]);
    expect(range(10, 20, false, undefined, 30)).toEqual([30, 33]);
  });

  it('holds all values, whatever they are', () => {
    const size = fc.double({ min: -1.79e308, max: 1.79e308, noNaN: true });
    fc.assert(
      fc.property(size, size, fc.boolean(), (a, b, fromZero) => {
        fc.pre(Number.isFinite(1.3 * (Math.max(a, b, 0) - Math.min(a, b, 0))));
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [from, to] = range(low, high, fromZero);
        expect(from).toBeLessThanOrEqual(low);
        expect(to).toBeGreaterThanOrEqual(high);
        expect(from).toBeLessThan(to);
        expect(Number.isFinite(to - from)).toBe(true);
      }),
    );
  });
});

describe('the time axis', () => {
  it('shows the day where it begins', () => {
    const hour = 3600;
    const start = Date.UTC(2026, 0, 15, 22) / 1000;
    expect(
      timeLabels(
        [0, 1, 2, 3].map((i) => start + i * hour),
        hour,
        'UTC',
        '24h',
      ),
    ).toEqual(['Jan 15 22:00', '23:00', 'Jan 16', '01:00']);
    expect(timeLabels([start, start + 15], 15, 'Asia/Kolkata', '24h')).toEqual([
      'Jan 16 03:30:00',
      '03:30:15',
    ]);
    expect(timeLabels([start, start + 30 * 86_400], 86_400, 'UTC', '24h')).toEqual([
      'Jan 15 2026',
      'Feb 14',
    ]);
    expect(timeLabels([start], hour, 'UTC', '12h')).toEqual(['Jan 15 10:00 pm']);
  });
});
