import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import type { Draft, useDashboard } from '../../dashboard/drafts';
import { type DashboardEvents, EventsContext } from '../../dashboard/EventsContext';
import { useMarks } from '../../dashboard/marks';
import type { Note } from '../../dashboard/model';
import type { Bindings } from '../../query/variables';
import { usePageTime } from '../../time/TimeProvider';

const NoteDialog = lazy(() =>
  import('./NoteDialog').then((loaded) => ({ default: loaded.NoteDialog })),
);

export interface EventsProviderProps {
  draft: Draft;
  edited: boolean;
  bindings: Bindings;
  dashboard: Pick<ReturnType<typeof useDashboard>, 'change'>;
  onSave: () => Promise<boolean>;
  children: ReactNode;
}

/** Gives the charts of a dashboard its events, and lets notes be written. */
export function EventsProvider(props: EventsProviderProps) {
  const { draft, dashboard } = props;
  const { definition } = draft;
  const { notes, marks } = definition;
  const { range, tick } = usePageTime();
  const changes = useMarks(marks, props.bindings, range, tick);
  const [opened, setOpened] = useState<Note | null>(null);
  const value = useMemo<DashboardEvents>(() => {
    const written = notes.map(({ id, at, until, text }) => ({
      key: `note ${id}`,
      at,
      until,
      text,
      note: id,
    }));
    const events = [...changes, ...written].sort((a, b) => a.at - b.at);
    if (draft.provided) {
      return { events };
    }
    return {
      events,
      onNote: (at) =>
        setOpened({ id: Math.max(0, ...notes.map(({ id }) => id)) + 1, at, until: null, text: '' }),
      onOpen: (note) => setOpened(notes.find(({ id }) => id === note) ?? null),
    };
  }, [notes, changes, draft.provided]);

  const done = (id: number, note: Note | null) => {
    const others = notes.filter((one) => one.id !== id);
    const next = note ? [...others, note] : others;
    dashboard.change({ definition: { ...definition, notes: next } });
    setOpened(null);
    // What is being edited beside it is saved when its author says so.
    if (!props.edited) {
      void props.onSave();
    }
  };
  return (
    <EventsContext value={value}>
      {props.children}
      {opened && (
        <Suspense fallback={null}>
          <NoteDialog
            key={opened.id}
            note={opened}
            known={notes.some(({ id }) => id === opened.id)}
            onDone={(note) => done(opened.id, note)}
            onClose={() => setOpened(null)}
          />
        </Suspense>
      )}
    </EventsContext>
  );
}
