import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allZones,
  formatDateTime,
  formatIso,
  fromWallClock,
  isZone,
  offsetAt,
  toWallClock,
} from './zone';

const zones = ['UTC', 'Asia/Kolkata', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
const instants = fc.integer({ min: 0, max: 4_102_444_800 });

describe('zones', () => {
  it('agree with Intl on every instant', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), (ts, zone) => {
        const shown = new Date(ts * 1000).toLocaleString('sv-SE', { timeZone: zone });
        expect(formatDateTime(ts, zone)).toBe(shown);
      }),
    );
  });

  it('are listed by the name of today, once', () => {
    expect(allZones()).toContain('Asia/Kolkata');
    expect(new Set(allZones()).size).toBe(allZones().length);
  });

  it('give an instant back, except for the second of two equal times', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), (ts, zone) => {
        const back = fromWallClock(toWallClock(ts, zone), zone);
        expect([0, 1800, 3600]).toContain(ts - back);
      }),
    );
  });

  it('take the first of two equal times, and move a skipped one on', () => {
    const wall = (month: number, day: number, hour: number) => ({
      year: 2026,
      month,
      day,
      hour,
      minute: 30,
      second: 0,
    });
    const twice = fromWallClock(wall(10, 25, 2), 'Europe/Berlin');
    expect(formatIso(twice, 'Europe/Berlin')).toBe('2026-10-25T02:30:00+02:00');
    const skipped = fromWallClock(wall(3, 29, 2), 'Europe/Berlin');
    expect(formatIso(skipped, 'Europe/Berlin')).toBe('2026-03-29T03:30:00+02:00');
  });

  it('know half-hour offsets and refuse what is no zone', () => {
    expect(offsetAt(0, 'Asia/Kolkata')).toBe(19_800);
    expect(formatIso(1_767_225_600, 'Asia/Kolkata')).toBe('2026-01-01T05:30:00+05:30');
    expect(formatIso(1_767_225_600, 'UTC')).toBe('2026-01-01T00:00:00Z');
    expect(isZone('Mars/Olympus')).toBe(false);
  });
});
