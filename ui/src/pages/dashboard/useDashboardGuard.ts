import { useCallback } from 'react';
import { ask } from '../../app/ask';
import { uiBase } from '../../app/base';
import { useLeaveGuard } from '../../app/guard';
import { dropDraft, hasEdits } from '../../dashboard/drafts';

/** Asks before a dashboard with unsaved changes is left for something else. */
export function useDashboardGuard(
  edited: boolean,
  slug: string,
  save: () => Promise<boolean>,
): void {
  const mayLeave = useCallback(
    async (to: string) => {
      if (isPartOf(to, slug) || !hasEdits(slug)) {
        return true;
      }
      const answer = await ask({
        title: 'Leave with unsaved changes?',
        text: 'This dashboard has unsaved changes.',
        answers: [
          { id: 'save', label: 'Save' },
          { id: 'discard', label: 'Discard', danger: true },
        ],
      });
      if (answer === 'discard') {
        dropDraft(slug);
      }
      return answer === 'save' ? save() : answer === 'discard';
    },
    [slug, save],
  );
  useLeaveGuard(edited, mayLeave);
}

/** The dashboard and the editors of its panels share one draft. A path may come with the base. */
function isPartOf(to: string, slug: string): boolean {
  const path = `/${(to.split('?')[0] ?? '').replace(uiBase, '/').replace(/^\/+/, '')}`;
  const own = `/d/${encodeURIComponent(slug)}`;
  return path === own || path.startsWith(`${own}/`);
}
