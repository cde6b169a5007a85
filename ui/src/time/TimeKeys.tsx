import { useKeys } from '../app/keys';
import { toast } from '../app/toast';
import { absoluteText, type RangeText, resolveRange, shiftRange, zoomOut } from './range';
import { usePageTime } from './TimeProvider';

/** The keys that move and copy the range of a page. */
export function TimeKeys() {
  const { text, range, zone, setRange, refreshNow } = usePageTime();
  const context = () => ({ now: Math.floor(Date.now() / 1000), zone });
  useKeys({
    r: refreshNow,
    't z': () => setRange(zoomOut(text, context())),
    't left': () => setRange(shiftRange(text, -1, context())),
    't right': () => setRange(shiftRange(text, 1, context())),
    't a': () => setRange(absoluteText(range)),
    't c': () => {
      navigator.clipboard.writeText(JSON.stringify(text)).then(
        () => toast('Range copied; t v pastes it'),
        () => toast('The clipboard is not available'),
      );
    },
    't v': () => {
      navigator.clipboard.readText().then(
        (copied) => {
          const next = parseRange(copied);
          if (next && resolveRange(next, context())) {
            setRange(next);
          } else {
            toast('There is no time range in the clipboard');
          }
        },
        () => toast('The clipboard is not available'),
      );
    },
  });
  return null;
}

function parseRange(text: string): RangeText | null {
  try {
    const { from, to } = JSON.parse(text) as Partial<RangeText>;
    return typeof from === 'string' && typeof to === 'string' ? { from, to } : null;
  } catch {
    return null;
  }
}
