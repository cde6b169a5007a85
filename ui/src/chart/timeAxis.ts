import { type Clock, clockTime } from '../time/clock';
import { toWallClock, type WallClock, type Zone } from '../time/zone';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = 86_400;
const MONTH = 28 * DAY;

/**
 * Labels of a time axis: the time of day, with the day below where it begins.
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
  return before?.day === wall.day ? time : `${time}\n${MONTHS[wall.month - 1]} ${wall.day}`;
}

function dayLabel(wall: WallClock, before: WallClock | undefined, increment: number): string {
  const month = MONTHS[wall.month - 1] as string;
  const label = increment >= MONTH ? month : `${month} ${wall.day}`;
  return before?.year === wall.year ? label : `${label}\n${wall.year}`;
}
