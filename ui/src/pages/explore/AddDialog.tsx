import { Button, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { getDashboard, listDashboards, putDashboard } from '../../api/dashboards';
import { messageOf } from '../../api/problem';
import { Dialog } from '../../app/Dialog';
import { DEFAULT_OPTIONS, EMPTY_DEFINITION, freeSlug, withPanel } from '../../dashboard/model';
import { readDefinition } from '../../dashboard/read';
import { recentDashboards, rememberDashboard } from '../../prefs/lists';
import type { Query } from '../../query/model';
import { titleOf } from '../../query/title';
import type { AddToDashboardProps } from './AddToDashboard';

const NEW = '+';

/** Asks where to put a query as a panel, puts it there and goes there. */
export default function AddDialog({
  query,
  unit,
  bucket,
  type,
  onClose,
}: AddToDashboardProps & { onClose: () => void }) {
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const { data = [], isPending } = useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => listDashboards(signal),
  });
  const changeable = data.filter((entry) => !entry.provided);
  const [title, setTitle] = useState(titleFor(query).slice(0, 80));
  const [chosen, setChosen] = useState<string | null>(null);
  const [newTitle, setNewTitle] = useState('My dashboard');
  const [error, setError] = useState<string | null>(null);
  // The one that is being worked on; without any, no existing one is changed unasked.
  const last = recentDashboards.get().find((slug) => changeable.some((one) => one.slug === slug));
  const target = chosen ?? last ?? NEW;
  const panel = {
    title: title.trim(),
    query,
    bucket,
    options: { ...DEFAULT_OPTIONS, unit, type },
    repeat: '',
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const slug = target === NEW ? await create() : await append(target);
      rememberDashboard(slug);
      await client.invalidateQueries();
      navigate(`/d/${encodeURIComponent(slug)}`);
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  const create = async () => {
    const slug = freeSlug(
      newTitle,
      data.map((entry) => entry.slug),
    );
    const definition = withPanel(EMPTY_DEFINITION, panel);
    await putDashboard({ slug, title: newTitle.trim(), definition }, 'absent');
    return slug;
  };
  const append = async (slug: string) => {
    const { dashboard, etag } = await getDashboard(slug, new AbortController().signal);
    const definition = withPanel(readDefinition(dashboard.definition), panel);
    await putDashboard({ ...dashboard, definition }, etag ? { revision: etag } : 'anything');
    return slug;
  };
  const choices = changeable.map((entry) => ({ value: entry.slug, label: entry.title }));
  return (
    <Dialog onClose={onClose} title="Add to a dashboard">
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          data-autofocus
          label="Title of the panel"
          required
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Select
          mt={8}
          label="Dashboard"
          data={[...choices, { value: NEW, label: 'A new dashboard' }]}
          value={target}
          allowDeselect={false}
          onChange={setChosen}
        />
        {target === NEW && (
          <TextInput
            mt={8}
            label="Title of the dashboard"
            required
            value={newTitle}
            onChange={(event) => setNewTitle(event.currentTarget.value)}
          />
        )}
        {error && <p role="alert">{error}</p>}
        <Button type="submit" variant="filled" mt={12} disabled={isPending}>
          Add
        </Button>
      </form>
    </Dialog>
  );
}

/** `rate(net_bytes_sent) by host`. */
function titleFor(query: Query): string {
  const { across, by } = query.builder;
  const isGrouped = query.mode === 'builder' && across !== 'none' && by.length > 0;
  return isGrouped ? `${titleOf(query)} by ${by.join(', ')}` : titleOf(query);
}
