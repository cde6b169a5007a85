/** An IANA zone name, `UTC`, or `local` for the browser's own. */
export type Zone = string;

export interface WallClock {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** Offsets only change at multiples of this, so one look per block is enough. */
const BLOCK_SECONDS = 900;
const MAX_CACHED_BLOCKS = 20_000;

interface ZoneRules {
  format: Intl.DateTimeFormat;
  offsets: Map<number, number>;
}

const zones = new Map<string, ZoneRules>();

/** The name Intl knows a zone by. */
export function zoneName(zone: Zone): string {
  return zone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}

export function isZone(zone: string): boolean {
  try {
    rules(zone);
    return true;
  } catch {
    return false;
  }
}

/** Names of today for zones that some browsers list by an old one only, such as Asia/Calcutta. */
const RENAMED = [
  'America/Argentina/Buenos_Aires',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
];

/** Every zone this browser knows, UTC first. */
export function allZones(): string[] {
  const names = [...Intl.supportedValuesOf('timeZone'), ...RENAMED.filter(isZone)].sort();
  return [...new Set(['UTC', ...names])];
}

/** Seconds that a zone's clocks are ahead of UTC at an instant (epoch seconds). */
export function offsetAt(ts: number, zone: Zone): number {
  if (zone === 'UTC') {
    return 0;
  }
  const { format, offsets } = rules(zone);
  const block = Math.floor(ts / BLOCK_SECONDS);
  let offset = offsets.get(block);
  if (offset === undefined) {
    if (offsets.size >= MAX_CACHED_BLOCKS) {
      offsets.clear();
    }
    offset = offsetFromParts(format, block * BLOCK_SECONDS);
    offsets.set(block, offset);
  }
  return offset;
}

/** What a clock on the wall of a zone shows at an instant (epoch seconds). */
export function toWallClock(ts: number, zone: Zone): WallClock {
  const shifted = new Date((ts + offsetAt(ts, zone)) * 1000);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
}

/**
 * The instant (epoch seconds) at which a zone's clocks show a time. Fields may be out of bounds:
 * day 0 is the last day of the month before. A time that clocks skip is moved on by what they
 * skip; of a time that comes twice, the first counts.
 */
export function fromWallClock(wall: WallClock, zone: Zone): number {
  const asUtc =
    Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second) / 1000;
  const before = asUtc - offsetAt(asUtc - 86_400, zone);
  const after = asUtc - offsetAt(asUtc + 86_400, zone);
  const isBefore = before + offsetAt(before, zone) === asUtc;
  const isAfter = after + offsetAt(after, zone) === asUtc;
  return isBefore || !isAfter ? before : after;
}

/** `2026-01-15 17:30:05`, the same width for every instant. */
export function formatDateTime(ts: number, zone: Zone): string {
  const wall = toWallClock(ts, zone);
  return `${formatDate(wall)} ${formatTime(wall)}`;
}

/** `2026-01-15T17:30:05+05:30`, or with `Z` in UTC. */
export function formatIso(ts: number, zone: Zone): string {
  const wall = toWallClock(ts, zone);
  const offset = offsetAt(ts, zone);
  return `${formatDate(wall)}T${formatTime(wall)}${zone === 'UTC' ? 'Z' : formatOffset(offset)}`;
}

/** `+05:30` for an offset in seconds. */
export function formatOffset(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export function formatDate(wall: WallClock): string {
  return `${String(wall.year).padStart(4, '0')}-${two(wall.month)}-${two(wall.day)}`;
}

export function formatTime(wall: WallClock): string {
  return `${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`;
}

export function two(number: number): string {
  return String(number).padStart(2, '0');
}

function rules(zone: Zone): ZoneRules {
  const name = zoneName(zone);
  let known = zones.get(name);
  if (!known) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    known = { format, offsets: new Map() };
    zones.set(name, known);
  }
  return known;
}

function offsetFromParts(format: Intl.DateTimeFormat, ts: number): number {
  const parts = new Map(format.formatToParts(ts * 1000).map((part) => [part.type, part.value]));
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const shown = Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  );
  return shown / 1000 - ts;
}
