import { useEffect } from 'react';
import { preferences } from '../prefs/preferences';
import { changeParams, useParams } from '../url/params';
import { shortDuration } from './duration';
import type { RangeText } from './range';
import { zoneName } from './zone';

/** What a page shows when its link does not say. */
export interface TimeDefaults {
  time: RangeText | null;
  /** Seconds. */
  refresh: number | null;
}

const NONE: TimeDefaults = { time: null, refresh: null };

/**
 * Puts range and zone into the link of a page that shows data, so that it shows the same to
 * everybody.
 *
 * @param own the page's defaults, which go before the reader's; null while they are not known
 * @return whether the link is complete
 */
export function useFilledLink(own: TimeDefaults | null = NONE): boolean {
  const params = useParams();
  const { from, to, zone, refresh } = preferences.use();
  const isFilled = params.has('from') && params.has('to') && params.has('tz');
  useEffect(() => {
    if (!own || isFilled) {
      return;
    }
    changeParams((p) => {
      if (!p.has('from') || !p.has('to')) {
        p.set('from', own.time?.from ?? from);
        p.set('to', own.time?.to ?? to);
        const seconds = own.refresh ?? refresh;
        if (!p.has('refresh') && seconds > 0) {
          p.set('refresh', shortDuration(seconds));
        }
      }
      if (!p.has('tz')) {
        p.set('tz', zoneName(zone));
      }
    }, 'replace');
  }, [own, isFilled, from, to, zone, refresh]);
  return isFilled;
}
