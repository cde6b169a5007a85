import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { preferences } from '../prefs/preferences';
import { changeParams, put, useParams } from '../url/params';
import { parseDuration, shortDuration } from './duration';
import { absoluteText, isMoving, type Range, type RangeText, resolveRange } from './range';
import { isZone, type Zone } from './zone';

/** The time of a page, bound to its link. */
export interface PageTime {
  text: RangeText;
  /** The text as of the last refresh. */
  range: Range;
  /** Counts refreshes. */
  tick: number;
  zone: Zone;
  /** Seconds between refreshes; 0 for none. */
  refresh: number;
  /** Why refreshing rests although it is on. */
  resting: 'no' | 'hidden' | 'hovering';
  setRange: (text: RangeText) => void;
  zoomTo: (range: Range) => void;
  setZone: (zone: Zone) => void;
  setRefresh: (seconds: number) => void;
  refreshNow: () => void;
  /** Told by charts; refreshing rests while the pointer is over one. */
  setHovering: (hovering: boolean) => void;
}

const PageTimeContext = createContext<PageTime | null>(null);

export function usePageTime(): PageTime {
  const time = useContext(PageTimeContext);
  if (!time) {
    throw new Error('no TimeProvider above');
  }
  return time;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

export function TimeProvider({ children }: { children: ReactNode }) {
  const params = useParams();
  const defaults = preferences.use();
  const from = params.get('from') ?? defaults.from;
  const to = params.get('to') ?? defaults.to;
  const zoneParam = params.get('tz') ?? defaults.zone;
  const zone = zoneParam === 'local' || isZone(zoneParam) ? zoneParam : 'UTC';
  const refreshParam = params.get('refresh');
  const refresh = refreshParam === null ? defaults.refresh : (parseDuration(refreshParam) ?? 0);

  const [{ now, tick }, setNow] = useState(() => ({ now: nowSeconds(), tick: 0 }));
  const refreshNow = useCallback(
    () => setNow((before) => ({ now: nowSeconds(), tick: before.tick + 1 })),
    [],
  );
  const { resting, setHovering } = useRest();
  const { text, range } = useResolved({ from, to }, now, zone);
  useTicks(isMoving(text) && resting === 'no' ? refresh : 0, refreshNow);

  const value = useMemo<PageTime>(
    () => ({
      text,
      range,
      tick,
      zone,
      refresh,
      resting,
      setRange: (next) => {
        refreshNow();
        changeParams((p) => {
          p.set('from', next.from);
          p.set('to', next.to);
        }, 'push');
      },
      zoomTo: (next) => {
        const { from, to } = absoluteText(next);
        changeParams((p) => {
          p.set('from', from);
          p.set('to', to);
        }, 'push');
      },
      setZone: (next) => changeParams((p) => p.set('tz', next), 'replace'),
      setRefresh: (next) =>
        changeParams((p) => put(p, 'refresh', next > 0 ? shortDuration(next) : 'off'), 'replace'),
      refreshNow,
      setHovering,
    }),
    [text, range, tick, zone, refresh, resting, refreshNow, setHovering],
  );
  return <PageTimeContext value={value}>{children}</PageTimeContext>;
}

/** The range of a text; a text that makes no sense leaves the last good one. */
function useResolved(text: RangeText, now: number, zone: Zone): { text: RangeText; range: Range } {
  const good = useRef<{ text: RangeText; range: Range } | null>(null);
  const { from, to } = text;
  return useMemo(() => {
    const range = resolveRange({ from, to }, { now, zone });
    if (range) {
      good.current = { text: { from, to }, range };
    }
    good.current ??= { text: { from: 'now-1h', to: 'now' }, range: { from: now - 3600, to: now } };
    return good.current;
  }, [from, to, now, zone]);
}

function useTicks(seconds: number, tick: () => void): void {
  useEffect(() => {
    if (seconds <= 0) {
      return;
    }
    const timer = setInterval(tick, seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds, tick]);
}

function useRest() {
  const [hidden, setHidden] = useState(document.hidden);
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    const onChange = () => setHidden(document.hidden);
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  }, []);
  const resting: PageTime['resting'] = hidden ? 'hidden' : hovering ? 'hovering' : 'no';
  return { resting, setHovering };
}
