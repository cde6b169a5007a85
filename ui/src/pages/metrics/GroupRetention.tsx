import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeRetention, listMetrics } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import type { Metric, Retention } from '../../api/types';
import { ask } from '../../app/ask';
import { Dialog } from '../../app/Dialog';
import { Notice } from '../../app/Notice';
import { toast } from '../../app/toast';
import type { Group } from '../../finder/useGroups';
import { RetentionFields } from '../../ring/RetentionFields';
import { formatDuration } from '../../time/duration';

const PAGE = 1000;

/** Changes the rings of all series of a name, after a confirmation that says of how many. */
export function GroupRetention({ group, onClose }: { group: Group; onClose: () => void }) {
  const { name, first } = group;
  const [done, setDone] = useState(0);
  const client = useQueryClient();
  const { data: all, error } = useQuery({
    queryKey: ['all-of', name],
    queryFn: ({ signal }) => allOf(name, signal),
    staleTime: 0,
  });
  const change = useMutation({
    mutationFn: async (wanted: Retention) => {
      for (const [index, metric] of (all ?? []).entries()) {
        await changeRetention(metric.metric_id, wanted);
        setDone(index + 1);
      }
    },
    onSuccess: () => {
      toast(`Retention of ${count(all?.length ?? 0)} changed`);
      onClose();
    },
    onSettled: () => client.invalidateQueries(),
  });
  const confirm = async (wanted: Retention) => {
    const series = count(all?.length ?? 0);
    const answer = await ask({
      title: `Change the rings of ${series}?`,
      text: `All series of ${name} will keep a sample every ${formatDuration(wanted.step)} for ${formatDuration(wanted.step * wanted.slots)}. What no longer fits is dropped.`,
      answers: [{ id: 'change', label: `Change ${series}`, danger: true }],
    });
    if (answer === 'change') {
      change.mutate(wanted);
    }
  };
  const failure = error ?? change.error;
  return (
    <Dialog onClose={onClose} title={`Retention of ${name}`} size="md">
      <p>{all ? `${count(all.length)} are changed together.` : 'Counting…'}</p>
      <RetentionFields
        initial={first}
        rings={all}
        label="Change retention…"
        isPending={change.isPending}
        onSubmit={(wanted) => void confirm(wanted)}
      />
      {change.isPending && (
        <p role="status">
          {done} of {all?.length}
        </p>
      )}
      {failure && (
        <Notice kind="error" title={done > 0 ? `Stopped after ${done}` : 'Not changed'}>
          {messageOf(failure)}
        </Notice>
      )}
    </Dialog>
  );
}

function count(series: number): string {
  return `${series.toLocaleString('en')} series`;
}

async function allOf(name: string, signal: AbortSignal): Promise<Metric[]> {
  const found: Metric[] = [];
  let cursor: string | undefined;
  do {
    const page = await listMetrics(name, cursor, PAGE, signal);
    found.push(...page.metrics.filter((metric) => metric.name === name));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return found;
}
