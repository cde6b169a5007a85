import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignDown, autoBucket, niceCeil } from './bucket';
import { formatAgo, formatDuration, parseDuration, shortDuration } from './duration';
import { absoluteText, describeRange, isMoving, resolveRange, shiftRange, zoomOut } from './range';

const context = { now: 1_768_480_496, zone: 'UTC' };

describe('ranges', () => {
  it('zoom out into the past when they end now', () => {
    expect(zoomOut({ from: 'now-1h', to: 'now' }, context)).toEqual({
      from: 'now-7200s',
      to: 'now',
    });
    expect(describeRange({ from: 'now-7200s', to: 'now' }, 'UTC')).toBe('Last 2 hours');
    expect(describeRange({ from: 'now-5400s', to: 'now' }, 'UTC')).toBe('Last 90 minutes');
    expect(describeRange({ from: 'now-172800s', to: 'now' }, 'UTC')).toBe('Last 2 days');
  });

  it('zoom out around the middle otherwise', () => {
    const text = absoluteText({ from: 1000, to: 2000 });
    expect(resolveRange(zoomOut(text, context), context)).toEqual({ from: 500, to: 2500 });
  });

  it('shift by half and become absolute', () => {
    const shifted = shiftRange({ from: 'now-1h', to: 'now' }, -1, context);
    expect(isMoving(shifted)).toBe(false);
    expect(resolveRange(shifted, context)).toEqual({
      from: context.now - 5400,
      to: context.now - 1800,
    });
  });

  it('are refused when empty or not understood', () => {
    expect(resolveRange({ from: 'now', to: 'now-1h' }, context)).toBeNull();
    expect(resolveRange({ from: 'then', to: 'now' }, context)).toBeNull();
  });

  it('say what they are', () => {
    expect(describeRange({ from: 'now/d', to: 'now/d' }, 'UTC')).toBe('Today');
    expect(describeRange({ from: '2026-01-15T12:00:00Z', to: 'now' }, 'Asia/Kolkata')).toBe(
      '2026-01-15 17:30:00 to now',
    );
  });
});

describe('buckets', () => {
  it('are never more than pixels, never finer than samples, and even', () => {
    const lengths = fc.integer({ min: 1, max: 40_000_000 });
    const widths = fc.integer({ min: 50, max: 4000 });
    const steps = fc.integer({ min: 1, max: 7200 });
    fc.assert(
      fc.property(lengths, widths, steps, (length, width, step) => {
        const bucket = autoBucket(length, width, step);
        expect(length / bucket).toBeLessThanOrEqual(width);
        expect(bucket).toBeGreaterThanOrEqual(step);
        expect(bucket % step).toBe(0);
      }),
    );
  });

  it('go up in even steps', () => {
    expect([3, 11, 61, 100_000].map(niceCeil)).toEqual([5, 15, 120, 172_800]);
    expect(alignDown(119, 60)).toBe(60);
  });
});

describe('durations', () => {
  it('show two units', () => {
    expect([0, 59, 60, 3661, 90_061].map(formatDuration)).toEqual([
      '0 s',
      '59 s',
      '1 m',
      '1 h 1 m',
      '1 d 1 h',
    ]);
    expect([5, -300, 0].map(formatAgo)).toEqual(['5 s ago', 'in 5 m', 'now']);
  });

  it('are read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), (seconds) => {
        expect(parseDuration(shortDuration(seconds))).toBe(seconds);
      }),
    );
    expect([parseDuration('0s'), parseDuration('x')]).toEqual([null, null]);
  });
});
