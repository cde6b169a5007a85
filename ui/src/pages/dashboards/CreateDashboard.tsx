import { Button, Modal, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { putDashboard } from '../../api/dashboards';
import { messageOf } from '../../api/problem';
import { EMPTY_DEFINITION, freeSlug } from '../../dashboard/model';

/** Asks for a title and opens the new dashboard. */
export function CreateDashboard(props: { taken: readonly string[]; onClose: () => void }) {
  const [title, setTitle] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const slug = freeSlug(title, props.taken);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await putDashboard({ slug, title: title.trim(), definition: EMPTY_DEFINITION }, 'absent');
      await client.invalidateQueries({ queryKey: ['dashboards'] });
      navigate(`/d/${slug}`);
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  return (
    <Modal opened onClose={props.onClose} title="New dashboard">
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          data-autofocus
          label="Title"
          required
          maxLength={256}
          value={title}
          error={error}
          description={title.trim() ? `Address: /d/${slug}` : undefined}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" mt={12} disabled={title.trim() === ''}>
          Create
        </Button>
      </form>
    </Modal>
  );
}
