import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { deleteMetric } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import type { MetricDetail } from '../../api/types';
import { Dialog } from '../../app/Dialog';
import { toast } from '../../app/toast';
import classes from './Metric.module.css';

/** Deletes a series once its name is typed. */
export function DeleteMetric({ metric }: { metric: MetricDetail }) {
  const [opened, setOpened] = useState(false);
  return (
    <section className={classes.card} aria-label="Delete">
      <h2>Delete</h2>
      <p>Deletes this series and all of its samples permanently.</p>
      <Button color="red" variant="outline" onClick={() => setOpened(true)}>
        Delete this series…
      </Button>
      {opened && <DeleteDialog metric={metric} onClose={() => setOpened(false)} />}
    </section>
  );
}

function DeleteDialog({ metric, onClose }: { metric: MetricDetail; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteMetric(metric.metric_id),
    onSuccess: async () => {
      toast(`${metric.name} deleted`);
      navigate('/metrics');
      await client.invalidateQueries();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate();
  };
  return (
    <Dialog onClose={onClose} title={`Delete ${metric.name}?`}>
      <form onSubmit={submit}>
        <p style={{ marginTop: 0 }}>
          {metric.samples.toLocaleString('en')} samples are deleted permanently. New samples of the
          same name and tags would start an empty ring.
        </p>
        <TextInput
          data-autofocus
          label={`Type ${metric.name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={remove.error ? messageOf(remove.error) : undefined}
        />
        <Button
          type="submit"
          mt={12}
          color="red"
          variant="filled"
          loading={remove.isPending}
          disabled={typed !== metric.name}
        >
          Delete
        </Button>
      </form>
    </Dialog>
  );
}
