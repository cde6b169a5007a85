import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { TimeKeys } from '../time/TimeKeys';
import { TimeProvider } from '../time/TimeProvider';
import { useParams } from '../url/params';
import { Asking } from './ask';
import { ErrorBoundary } from './ErrorBoundary';
import { OfflineBanner } from './OfflineBanner';
import { Rail } from './Rail';
import { showsRange } from './routes';
import classes from './Shell.module.css';
import { ShellKeys } from './ShellKeys';
import { TopBar } from './TopBar';
import { Toasts } from './toast';

/** The frame around every page. In kiosk mode only the page is left. */
export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const bound = showsRange(location);
  const kiosk = useParams().get('kiosk') === '1';
  const main = useFocusOnNavigation(location);
  return (
    <TimeProvider>
      <div className={classes.shell} data-kiosk={kiosk}>
        <a className={classes.skip} href="#main">
          Skip to content
        </a>
        {!kiosk && <Rail />}
        {!kiosk && <TopBar bound={bound} />}
        <main id="main" className={classes.main} tabIndex={-1} ref={main}>
          <OfflineBanner />
          <ErrorBoundary key={location}>
            <Suspense fallback={<p className="dim">Loading…</p>}>{children}</Suspense>
          </ErrorBoundary>
        </main>
        <Toasts />
        <Asking />
        <ShellKeys />
        {bound && <TimeKeys />}
      </div>
    </TimeProvider>
  );
}

/** Moves the focus into a page that was just opened, as a browser does with a new document. */
function useFocusOnNavigation(location: string) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the location is the reason to run
  useEffect(() => {
    if (!first.current && !document.querySelector('[role=dialog]')) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [location]);
  return main;
}
