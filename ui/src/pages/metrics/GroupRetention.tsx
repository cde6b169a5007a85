import { Button, NumberInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeRetention, listMetrics } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import type { Metric, Retention } from '../../api/types';
import { ask } from '../../app/ask';
import { Dialog } from '../../app/Dialog';
import { Notice } from '../../app/Notice';
import { toast } from '../../app/toast';
import { formatValue } from '../../chart/units';
import type { Group } from '../../finder/useGroups';
import { ringBytes } from '../../ring/ringState';
import { formatDuration } from '../../time/duration';
import classes from './Metrics.module.css';

const PAGE = 1000;

/** Changes the rings of all series of a name, after a confirmation that says of how many. */
export function GroupRetention({ group, onClose }: { group: Group; onClose: () => void }) {
  const { name, first } = group;
  const [step, setStep] = useState<number | ''>(first.step);
  const [slots, setSlots] = useState<number | ''>(first.slots);
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
  const isValid = Number(step) >= 1 && Number(slots) >= 1;
  const wanted = { step: Number(step), slots: Number(slots) };
  const isSame = all?.every((one) => one.step === wanted.step && one.slots === wanted.slots);
  const now = all?.reduce((sum, metric) => sum + ringBytes(metric.slots), 0) ?? null;
  const then = all && isValid ? all.length * ringBytes(wanted.slots) : null;
  const confirm = async () => {
    const answer = await ask({
      title: `Change the rings of ${count(all?.length ?? 0)}?`,
      text: `All series of ${name} will keep a sample every ${formatDuration(wanted.step)} for ${formatDuration(wanted.step * wanted.slots)}. What no longer fits is dropped.`,
      answers: [{ id: 'change', label: `Change ${count(all?.length ?? 0)}`, danger: true }],
    });
    if (answer === 'change') {
      change.mutate(wanted);
    }
  };
  const failure = error ?? change.error;
  return (
    <Dialog onClose={onClose} title={`Retention of ${name}`} size="md">
      <div className={classes.retention}>
        <div className={classes.pair}>
          <NumberInput
            label="Seconds per slot"
            min={1}
            allowDecimal={false}
            value={step}
            onChange={(value) => setStep(value === '' ? '' : Number(value))}
          />
          <NumberInput
            label="Slots"
            min={1}
            allowDecimal={false}
            thousandSeparator=","
            value={slots}
            onChange={(value) => setSlots(value === '' ? '' : Number(value))}
          />
        </div>
        <p>
          {all ? count(all.length) : 'Counting…'}, {formatValue(now, 'bytes')} when full; then{' '}
          {formatValue(then, 'bytes')}, reaching back{' '}
          {isValid ? formatDuration(wanted.step * wanted.slots) : '–'}.
        </p>
        <Button
          variant="filled"
          loading={change.isPending}
          disabled={!all || !isValid || isSame}
          onClick={() => void confirm()}
        >
          Change retention…
        </Button>
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
      </div>
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
