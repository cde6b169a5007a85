import { describe, expect, it } from 'vitest';
import { resolveTime } from './grammar';
import { formatIso } from './zone';

const now = Date.UTC(2026, 0, 15, 12, 34, 56) / 1000;

function resolved(text: string, { zone = 'UTC', end = false, at = now } = {}): string | null {
  const ts = resolveTime(text, { now: at, zone }, end);
  return ts === null ? null : formatIso(ts, zone);
}

describe('times', () => {
  it.each([
    ['now', '2026-01-15T12:34:56Z'],
    ['now-1h', '2026-01-15T11:34:56Z'],
    ['now+30m', '2026-01-15T13:04:56Z'],
    ['now-1M', '2025-12-15T12:34:56Z'],
    ['now/d', '2026-01-15T00:00:00Z'],
    ['now/d+8h', '2026-01-15T08:00:00Z'],
    ['now-1d/d', '2026-01-14T00:00:00Z'],
    ['now/w', '2026-01-12T00:00:00Z'],
    ['now/M', '2026-01-01T00:00:00Z'],
    ['now/h', '2026-01-15T12:00:00Z'],
    ['2026-01-15', '2026-01-15T00:00:00Z'],
    ['2026-01-15 07:30', '2026-01-15T07:30:00Z'],
    ['2026-01-15T07:30:05Z', '2026-01-15T07:30:05Z'],
    ['2026-01-15T07:30:05.123+02:00', '2026-01-15T05:30:05Z'],
    ['1768480496', '2026-01-15T12:34:56Z'],
    ['1768480496789', '2026-01-15T12:34:56Z'],
  ])('%s is %s', (text, expected) => {
    expect(resolved(text)).toBe(expected);
  });

  it.each([
    ['now/d', '2026-01-15T23:59:59Z'],
    ['now-1d/d', '2026-01-14T23:59:59Z'],
    ['2026-01-15', '2026-01-15T23:59:59Z'],
    ['2026-01-15 07:30', '2026-01-15T07:30:00Z'],
  ])('%s ends at %s', (text, expected) => {
    expect(resolved(text, { end: true })).toBe(expected);
  });

  it.each(['', 'yesterday', 'now-', 'now-1x', 'now - 1h', '2026-02-30', '2026-01-15 25:00', '12'])(
    'refuses "%s"',
    (text) => {
      expect(resolved(text)).toBeNull();
    },
  );

  it('means the zone, and days of 23 and 25 hours', () => {
    expect(resolved('2026-01-15 12:00', { zone: 'Asia/Kolkata' })).toBe(
      '2026-01-15T12:00:00+05:30',
    );
    const afterSpring = Date.UTC(2026, 2, 29, 20) / 1000;
    const day = { zone: 'Europe/Berlin', at: afterSpring };
    expect(resolved('now/d', day)).toBe('2026-03-29T00:00:00+01:00');
    expect(resolved('now/d', { ...day, end: true })).toBe('2026-03-29T23:59:59+02:00');
    expect(resolved('now-1d', day)).toBe('2026-03-28T22:00:00+01:00');
  });
});
