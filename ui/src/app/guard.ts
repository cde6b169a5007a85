import { useEffect } from 'react';
import type { AroundNavHandler } from 'wouter';

/** Decides whether a page may be left for another path. */
type Guard = (to: string) => Promise<boolean>;

let guard: Guard | null = null;

/** Lets a navigation through once the page in view agrees. */
export const guardedNavigation: AroundNavHandler = (navigate, to, options) => {
  if (!guard) {
    navigate(to, options);
    return;
  }
  void guard(to).then((mayLeave) => {
    if (mayLeave) {
      navigate(to, options);
    }
  });
};

/** Asks before the page is left while there is something to lose. */
export function useLeaveGuard(hasChanges: boolean, mayLeave: Guard): void {
  useEffect(() => {
    if (!hasChanges) {
      return;
    }
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    guard = mayLeave;
    window.addEventListener('beforeunload', onUnload);
    return () => {
      guard = null;
      window.removeEventListener('beforeunload', onUnload);
    };
  }, [hasChanges, mayLeave]);
}
