import { two, type WallClock } from './zone';

/** Whether a day has 24 hours, or twice twelve. */
export type Clock = '24h' | '12h';

/** `17:30`, or `5:30 pm`. */
export function clockTime(wall: WallClock, clock: Clock, withSeconds: boolean): string {
  const rest = `${two(wall.minute)}${withSeconds ? `:${two(wall.second)}` : ''}`;
  if (clock === '24h') {
    return `${two(wall.hour)}:${rest}`;
  }
  return `${wall.hour % 12 || 12}:${rest} ${wall.hour < 12 ? 'am' : 'pm'}`;
}
