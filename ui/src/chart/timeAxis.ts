import { type Clock, clockTime } from '../time/clock';
import { toWallClock, type WallClock, type Zone } from '../time/zone';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = 86_400;
const MONTH = 28 * DAY;

/**
 * Labels of a time axis, in one row: the time of day, and the day where it begins.
 *
 * @param increment seconds between two ticks
 */
export function timeLabels(
  ticks: readonly number[],
  increment: number,
  zone: Zone,
  clock: Clock,
): string[] {
  let before: WallClock | undefined;
  return ticks.map((tick) => {
    const wall = toWallClock(tick, zone);
    const label =
      increment >= DAY
        ? dayLabel(wall, before, increment)
        : clockLabel(wall, before, clockTime(wall, clock, increment < 60));
    before = wall;
    return label;
  });
}

function clockLabel(wall: WallClock, before: WallClock | undefined, time: string): string {
  if (before?.day === wall.day) {
    return time;
  }
  const day = `${MONTHS[wall.month - 1]} ${wall.day}`;
  const isMidnight = wall.hour === 0 && wall.minute === 0 && wall.second === 0;
  return before && isMidnight ? day : `${day} ${time}`;
}

function dayLabel(wall: WallClock, before: WallClock | undefined, increment: number): string {
  const month = MONTHS[wall.month - 1] as string;
  const label = increment >= MONTH ? month : `${month} ${wall.day}`;
  return before?.year === wall.year ? label : `${label} ${wall.year}`;
}
