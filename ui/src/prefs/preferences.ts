import type { Clock } from '../time/clock';
import { isRelative } from '../time/grammar';
import { isZone, type Zone } from '../time/zone';
import { isRecord, stored } from './stored';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What a user has chosen for this browser. */
export interface Preferences {
  theme: Theme;
  zone: Zone;
  clock: Clock;
  /** The range of a page whose link names none. */
  from: string;
  to: string;
  /** Seconds between refreshes of such a page; 0 for none. */
  refresh: number;
  /** How many queries the history keeps. */
  historySize: number;
}

const DEFAULTS: Preferences = {
  theme: 'auto',
  zone: 'local',
  clock: '24h',
  from: 'now-1h',
  to: 'now',
  refresh: 0,
  historySize: 50,
};

export const preferences = stored<Preferences>('preferences', (found) => {
  const known = isRecord(found) ? found : {};
  const text = (key: keyof Preferences, isValid: (value: string) => boolean) => {
    const value = known[key];
    return typeof value === 'string' && isValid(value) ? value : (DEFAULTS[key] as string);
  };
  const count = (key: keyof Preferences) => {
    const value = known[key];
    return typeof value === 'number' && value >= 0 ? value : (DEFAULTS[key] as number);
  };
  return {
    theme: text('theme', (value) => THEMES.some((theme) => theme === value)) as Theme,
    zone: text('zone', (value) => value === 'local' || isZone(value)),
    clock: text('clock', (value) => value === '24h' || value === '12h') as Clock,
    from: text('from', isRelative),
    to: text('to', isRelative),
    refresh: count('refresh'),
    historySize: count('historySize'),
  };
});

export function changePreferences(change: Partial<Preferences>): void {
  preferences.set({ ...preferences.get(), ...change });
}
