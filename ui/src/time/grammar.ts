import { fromWallClock, toWallClock, type WallClock, type Zone } from './zone';

/** How the words of a time are to be understood. */
export interface TimeContext {
  /** Epoch seconds. */
  now: number;
  zone: Zone;
}

type Unit = 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'y';

const RELATIVE = /^now((?:[+-]\d{1,6}[smhdwMy]|\/[smhdwMy])*)$/;
const STEP = /([+-])(\d+)([smhdwMy])|\/([smhdwMy])/g;
const ABSOLUTE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const EPOCH = /^\d{9,13}$/;
const LAST_SECOND = 253_402_300_799;

export function isRelative(text: string): boolean {
  return RELATIVE.test(text.trim());
}

/**
 * The instant that a text names, in epoch seconds; null if it names none. Known are `now`,
 * `now-1h`, `now/d` (start of today), `now-1d/d+8h`, `2026-01-15`, `2026-01-15 12:30:05` in the
 * zone of the context, the same with an offset or `Z`, and epoch seconds or milliseconds.
 *
 * @param end whether the text ends a range: `/d` and a bare date then mean the last second
 */
export function resolveTime(text: string, context: TimeContext, end = false): number | null {
  const trimmed = text.trim();
  const steps = RELATIVE.exec(trimmed)?.[1];
  const ts =
    steps === undefined ? absolute(trimmed, context.zone, end) : relative(steps, context, end);
  return ts !== null && ts >= 0 && ts <= LAST_SECOND ? ts : null;
}

function relative(steps: string, context: TimeContext, end: boolean): number {
  let ts = context.now;
  for (const [, sign, count, unit, rounded] of steps.matchAll(STEP)) {
    ts = rounded
      ? round(ts, rounded as Unit, context.zone, end)
      : add(ts, Number(count) * (sign === '-' ? -1 : 1), unit as Unit, context.zone);
  }
  return ts;
}

function absolute(text: string, zone: Zone, end: boolean): number | null {
  if (EPOCH.test(text)) {
    return text.length > 11 ? Math.floor(Number(text) / 1000) : Number(text);
  }
  const match = ABSOLUTE.exec(text);
  if (!match) {
    return null;
  }
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const wall = { year, month, day, hour, minute, second } as WallClock;
  if (!exists(wall)) {
    return null;
  }
  const offset = match[7];
  const ts = offset ? fromWallClock(wall, 'UTC') - seconds(offset) : fromWallClock(wall, zone);
  return match[4] === undefined && end ? add(ts, 1, 'd', offset ? 'UTC' : zone) - 1 : ts;
}

function exists(wall: WallClock): boolean {
  const same = toWallClock(fromWallClock(wall, 'UTC'), 'UTC');
  return (Object.keys(wall) as (keyof WallClock)[]).every((field) => same[field] === wall[field]);
}

function seconds(offset: string): number {
  if (offset.toUpperCase() === 'Z') {
    return 0;
  }
  const digits = offset.slice(1).replace(':', '');
  const size = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return offset.startsWith('-') ? -size : size;
}

/** Days and more follow the calendar of the zone: a day may have 23 or 25 hours. */
function add(ts: number, count: number, unit: Unit, zone: Zone): number {
  const fixed = { s: 1, m: 60, h: 3600 }[unit as string];
  if (fixed !== undefined) {
    return ts + count * fixed;
  }
  const wall = toWallClock(ts, zone);
  switch (unit) {
    case 'd':
      return fromWallClock({ ...wall, day: wall.day + count }, zone);
    case 'w':
      return fromWallClock({ ...wall, day: wall.day + 7 * count }, zone);
    case 'M':
      return fromWallClock({ ...wall, month: wall.month + count }, zone);
    default:
      return fromWallClock({ ...wall, year: wall.year + count }, zone);
  }
}

function round(ts: number, unit: Unit, zone: Zone, end: boolean): number {
  const start = floor(ts, unit, zone);
  return end ? add(start, 1, unit, zone) - 1 : start;
}

function floor(ts: number, unit: Unit, zone: Zone): number {
  const wall = toWallClock(ts, zone);
  const day = { ...wall, hour: 0, minute: 0, second: 0 };
  switch (unit) {
    case 's':
      return ts;
    case 'm':
      return ts - wall.second;
    case 'h':
      return ts - wall.second - wall.minute * 60;
    case 'd':
      return fromWallClock(day, zone);
    case 'w': {
      const weekday = new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay();
      return fromWallClock({ ...day, day: wall.day - ((weekday + 6) % 7) }, zone);
    }
    case 'M':
      return fromWallClock({ ...day, day: 1 }, zone);
    default:
      return fromWallClock({ ...day, month: 1, day: 1 }, zone);
  }
}
