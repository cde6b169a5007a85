import { lazy, Suspense } from 'react';
import { useLocation } from 'wouter';
import { openDialog, openedDialog } from './dialogs';
import { useKeys } from './keys';
import { useCarriedTime } from './Rail';

const HelpDialog = lazy(() => import('./HelpDialog'));
const GoToDialog = lazy(() => import('./GoToDialog'));

/** The keys that work everywhere, and the dialogs they open. */
export function ShellKeys() {
  const [, navigate] = useLocation();
  const time = useCarriedTime();
  const dialog = openedDialog.use();
  const go = (path: string) => () => navigate(path);
  useKeys({
    '?': () => openDialog('help'),
    'mod+k': () => openDialog('goto'),
    'g h': go('/'),
    'g e': go(`/explore${time}`),
    'g m': go(`/metrics${time}`),
    'g d': go('/dashboards'),
    'g s': go('/status'),
  });
  return (
    <Suspense fallback={null}>
      {dialog === 'help' && <HelpDialog />}
      {dialog === 'goto' && <GoToDialog />}
    </Suspense>
  );
}
