import { preferences } from '../prefs/preferences';
import { two, type WallClock } from './zone';

/** `17:30`, or `5:30 pm` for those who prefer that. */
export function clockTime(wall: WallClock, withSeconds: boolean): string {
  const rest = `${two(wall.minute)}${withSeconds ? `:${two(wall.second)}` : ''}`;
  if (preferences.get().clock === '24h') {
    return `${two(wall.hour)}:${rest}`;
  }
  return `${wall.hour % 12 || 12}:${rest} ${wall.hour < 12 ? 'am' : 'pm'}`;
}
