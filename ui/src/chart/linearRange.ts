/** Room above and below the values, as a share of their span. */
const ROOM = 0.1;
/** Values that are all the same are drawn within so much of them. */
const FLAT = 0.1;
/** So far from zero numbers of both signs can be, and their distance still be a number. */
const MOST = Number.MAX_VALUE / 2;

/**
 * From where to where an axis goes. Values that are all zero give 0 to 1; shares that stay below
 * the whole do not get an axis beyond it.
 *
 * @param fromZero whether areas are drawn, which must begin at zero
 * @param whole what shares are of; infinite for others
 * @param least the lower end, where it is given; likewise `most`
 */
export function linearRange(
  low: number,
  high: number,
  fromZero: boolean,
  whole: number,
  least?: number,
  most?: number,
): [number, number] {
  const [from, to] = fromZero ? [Math.min(0, low), Math.max(0, high)] : [low, high];
  const [auto0, auto1] = from === to ? aroundOne(from) : padded(from, to);
  const start = least ?? clamped(auto0);
  const end = most ?? clamped(high <= whole ? Math.min(auto1, whole) : auto1);
  if (start >= end) {
    return [start, start + (Math.abs(start) * FLAT || 1)];
  }
  return Number.isFinite(end - start)
    ? [start, end]
    : [Math.max(start, -MOST), Math.min(end, MOST)];
}

function aroundOne(value: number): [number, number] {
  const room = Math.abs(value) * FLAT;
  return value === 0 ? [0, 1] : [value - room, value + room];
}

/** Values that come near zero, but not below, keep zero as their end. */
function padded(from: number, to: number): [number, number] {
  const room = (to / 2 - from / 2) * 2 * ROOM;
  const below = from - room;
  const above = to + room;
  return [from >= 0 && below < 0 ? 0 : below, to <= 0 && above > 0 ? 0 : above];
}

function clamped(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}
