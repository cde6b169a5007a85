import { preferences } from '../prefs/preferences';
import { clockTime } from './clock';
import { formatDate, toWallClock, type Zone } from './zone';

/** `2026-01-15 17:30:05`, on the clock that the reader prefers. */
export function shownDateTime(ts: number, zone: Zone): string {
  return `${formatDate(toWallClock(ts, zone))} ${shownTime(ts, zone)}`;
}

/** The same without the day. */
export function shownTime(ts: number, zone: Zone): string {
  return clockTime(toWallClock(ts, zone), preferences.get().clock, true);
}
