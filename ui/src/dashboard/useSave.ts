import { useCallback } from 'react';
import { useLocation } from 'wouter';
import { listDashboards, putDashboard } from '../api/dashboards';
import { messageOf, Problem } from '../api/problem';
import { ask } from '../app/ask';
import { toast } from '../app/toast';
import type { Draft, useDashboard } from './drafts';
import { dropDraft } from './drafts';
import { freeSlug } from './model';

type Dashboard = ReturnType<typeof useDashboard>;

/** Saves a dashboard and settles a conflict with whoever else changed it. */
export function useSave(
  draft: Draft | null,
  { save, discard }: Pick<Dashboard, 'save' | 'discard'>,
) {
  const [, navigate] = useLocation();
  return useCallback(async (): Promise<boolean> => {
    if (!draft) {
      return false;
    }
    try {
      await save();
      toast('Dashboard saved');
      return true;
    } catch (error) {
      if (!(error instanceof Problem && error.status === 412)) {
        toast(`Not saved: ${messageOf(error)}`);
        return false;
      }
    }
    try {
      switch (await askAboutConflict()) {
        case 'overwrite':
          await save('anything');
          toast('Dashboard overwritten');
          return true;
        case 'copy': {
          const slug = await saveCopy(draft);
          dropDraft(draft.slug);
          toast('Copy saved');
          navigate(`/d/${slug}`);
          return true;
        }
        case 'reload':
          await discard();
          return true;
        default:
          return false;
      }
    } catch (error) {
      toast(`Not saved: ${messageOf(error)}`);
      return false;
    }
  }, [draft, save, discard, navigate]);
}

function askAboutConflict() {
  return ask({
    title: 'Somebody else changed this dashboard',
    text: 'It was saved elsewhere after you opened it. What should happen to your changes?',
    answers: [
      { id: 'copy', label: 'Save mine as a copy' },
      { id: 'overwrite', label: 'Overwrite theirs', danger: true },
      { id: 'reload', label: 'Reload theirs' },
    ],
  });
}

/** Saves under a title and slug of its own. */
export async function saveCopy(source: Pick<Draft, 'title' | 'definition'>): Promise<string> {
  const title = `${source.title} (copy)`;
  const all = await listDashboards(new AbortController().signal);
  const slug = freeSlug(
    title,
    all.map((entry) => entry.slug),
  );
  await putDashboard({ slug, title, definition: source.definition }, 'absent');
  return slug;
}
