import { useEffect, useState } from 'react';

/** Longer than between two keys of somebody who types. */
const MOMENT_MILLIS = 200;

/** Whether a row has been in sight for a moment: one that a search or a scroll passes asks nothing. */
export function useStayed(): boolean {
  const [stayed, setStayed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setStayed(true), MOMENT_MILLIS);
    return () => clearTimeout(timer);
  }, []);
  return stayed;
}
