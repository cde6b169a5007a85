import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { type Expected, getDashboard, putDashboard } from '../api/dashboards';
import { signal } from '../app/signal';
import type { Definition } from './model';
import { readDefinition } from './read';

/** A dashboard as it is being edited, with what is stored. */
export interface Draft {
  slug: string;
  title: string;
  definition: Definition;
  /** Whether it comes from a file of the server, and can only be read. */
  provided: boolean;
  stored: { title: string; definition: Definition; etag: string | null };
}

/** Edited dashboards by slug. They outlive their page, so that the Back button loses nothing. */
const drafts = signal<ReadonlyMap<string, Draft>>(new Map());

export function isEdited(draft: Draft): boolean {
  const { title, definition, stored } = draft;
  return title !== stored.title || JSON.stringify(definition) !== JSON.stringify(stored.definition);
}

/** Whether a dashboard has changes that are not saved, as of now. */
export function hasEdits(slug: string): boolean {
  const draft = drafts.get().get(slug);
  return draft !== undefined && isEdited(draft);
}

export function dropDraft(slug: string): void {
  const rest = new Map(drafts.get());
  rest.delete(slug);
  drafts.set(rest);
}

export type LoadedDashboard =
  | { state: 'loading' }
  | { state: 'failed'; error: Error }
  | { state: 'ready'; draft: Draft; edited: boolean };

/** A dashboard and what can be done with it. */
export function useDashboard(slug: string) {
  const client = useQueryClient();
  const draft = drafts.use().get(slug);
  const { data, error } = useQuery({
    queryKey: ['dashboard', slug],
    queryFn: ({ signal: aborted }) => getDashboard(slug, aborted),
    staleTime: 0,
  });
  useEffect(() => {
    const current = drafts.get().get(slug);
    if (data && (!current || (!isEdited(current) && current.stored.etag !== data.etag))) {
      const definition = readDefinition(data.dashboard.definition);
      const { title, provided = false } = data.dashboard;
      keep({ slug, title, definition, provided, stored: { title, definition, etag: data.etag } });
    }
  }, [data, slug]);

  const change = useCallback(
    (next: Partial<Pick<Draft, 'title' | 'definition'>>) => {
      const current = drafts.get().get(slug);
      if (current) {
        keep({ ...current, ...next });
      }
    },
    [slug],
  );

  const save = useCallback(
    async (expected?: Expected) => {
      const current = drafts.get().get(slug);
      if (!current) {
        return;
      }
      const { title, definition, stored } = current;
      const usual: Expected = stored.etag ? { revision: stored.etag } : 'anything';
      const etag = await putDashboard({ slug, title, definition }, expected ?? usual);
      const latest = drafts.get().get(slug) ?? current;
      keep({ ...latest, stored: { title, definition, etag } });
      client.setQueryData(['dashboard', slug], {
        dashboard: { slug, title, definition },
        etag,
      });
      await client.invalidateQueries({ queryKey: ['dashboards'] });
    },
    [client, slug],
  );

  const discard = useCallback(async () => {
    dropDraft(slug);
    await client.resetQueries({ queryKey: ['dashboard', slug] });
  }, [client, slug]);

  const loaded = useMemo<LoadedDashboard>(() => {
    if (draft) {
      return { state: 'ready', draft, edited: isEdited(draft) };
    }
    return error ? { state: 'failed', error } : { state: 'loading' };
  }, [draft, error]);
  return { loaded, change, save, discard };
}

function keep(draft: Draft): void {
  drafts.set(new Map(drafts.get()).set(draft.slug, draft));
}
