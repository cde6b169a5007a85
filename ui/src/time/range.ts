import { isRelative, resolveTime, type TimeContext } from './grammar';
import { formatDateTime, formatIso, type Zone } from './zone';

/** A range as the user said it. */
export interface RangeText {
  from: string;
  to: string;
}

/** A range in epoch seconds, both ends inclusive. */
export interface Range {
  from: number;
  to: number;
}

export const QUICK_RANGES: readonly { from: string; to: string; label: string }[] = [
  { from: 'now-5m', to: 'now', label: 'Last 5 minutes' },
  { from: 'now-15m', to: 'now', label: 'Last 15 minutes' },
  { from: 'now-30m', to: 'now', label: 'Last 30 minutes' },
  { from: 'now-1h', to: 'now', label: 'Last hour' },
  { from: 'now-3h', to: 'now', label: 'Last 3 hours' },
  { from: 'now-6h', to: 'now', label: 'Last 6 hours' },
  { from: 'now-12h', to: 'now', label: 'Last 12 hours' },
  { from: 'now-24h', to: 'now', label: 'Last 24 hours' },
  { from: 'now-7d', to: 'now', label: 'Last 7 days' },
  { from: 'now-30d', to: 'now', label: 'Last 30 days' },
  { from: 'now/d', to: 'now/d', label: 'Today' },
  { from: 'now-1d/d', to: 'now-1d/d', label: 'Yesterday' },
  { from: 'now/w', to: 'now/w', label: 'This week' },
];

/** Null if either end is not understood or the range is empty. */
export function resolveRange(text: RangeText, context: TimeContext): Range | null {
  const from = resolveTime(text.from, context);
  const to = resolveTime(text.to, context, true);
  return from === null || to === null || from >= to ? null : { from, to };
}

/** A range that no longer moves with the clock. */
export function absoluteText(range: Range): RangeText {
  return { from: formatIso(range.from, 'UTC'), to: formatIso(range.to, 'UTC') };
}

/** Whether a range moves with the clock, so that refreshing makes sense. */
export function isMoving(text: RangeText): boolean {
  return isRelative(text.to);
}

/** Twice as long. A range that ends now grows into the past only. */
export function zoomOut(text: RangeText, context: TimeContext): RangeText {
  const range = resolveRange(text, context);
  if (!range) {
    return text;
  }
  const length = range.to - range.from;
  if (text.to.trim() === 'now') {
    return { from: `now-${2 * length}s`, to: 'now' };
  }
  const half = Math.ceil(length / 2);
  return absoluteText({ from: Math.max(0, range.from - half), to: range.to + half });
}

/** Moved by half its length: -1 to the past, 1 to the future. */
export function shiftRange(text: RangeText, direction: -1 | 1, context: TimeContext): RangeText {
  const range = resolveRange(text, context);
  if (!range) {
    return text;
  }
  const by = direction * Math.max(1, Math.round((range.to - range.from) / 2));
  return absoluteText({ from: Math.max(0, range.from + by), to: Math.max(1, range.to + by) });
}

/** What the range button shows. */
export function describeRange(text: RangeText, zone: Zone): string {
  const quick = QUICK_RANGES.find((range) => range.from === text.from && range.to === text.to);
  if (quick) {
    return quick.label;
  }
  const seconds = /^now-(\d+)s$/.exec(text.from)?.[1];
  if (seconds && text.to === 'now') {
    return `Last ${inWords(Number(seconds))}`;
  }
  return `${describeTime(text.from, zone)} to ${describeTime(text.to, zone)}`;
}

/** `90 minutes`, `2 hours`. */
function inWords(seconds: number): string {
  const [unit, length] = WORDS.find(([, one]) => seconds % one === 0) ?? ['second', 1];
  const count = seconds / length;
  return count === 1 ? unit : `${count} ${unit}s`;
}

const WORDS: readonly (readonly [string, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

function describeTime(text: string, zone: Zone): string {
  const ts = isRelative(text) ? null : resolveTime(text, { now: 0, zone });
  return ts === null ? text : formatDateTime(ts, zone);
}
