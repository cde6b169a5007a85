import { Button, NumberInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changeRetention } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import { COUNTER, type MetricDetail } from '../../api/types';
import { Notice } from '../../app/Notice';
import { toast } from '../../app/toast';
import { formatValue } from '../../chart/units';
import { ringBytes } from '../../ring/ringState';
import { formatDuration } from '../../time/duration';
import classes from './Metric.module.css';

/** Changes how often a gauge's ring keeps a sample, and how many. */
export function RetentionForm({ metric }: { metric: MetricDetail }) {
  const [step, setStep] = useState<number | ''>(metric.step);
  const [slots, setSlots] = useState<number | ''>(metric.slots);
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      changeRetention(metric.metric_id, { step: Number(step), slots: Number(slots) }),
    onSuccess: async () => {
      toast('Retention changed');
      await client.invalidateQueries();
    },
  });
  if (metric.type === COUNTER) {
    return (
      <section className={classes.card} aria-label="Retention">
        <h2>Retention</h2>
        <p>
          The retention of a counter cannot be changed: its samples are running totals, and thinning
          them out would lose resets.
        </p>
      </section>
    );
  }
  const isValid = Number(step) >= 1 && Number(slots) >= 1;
  const isSame = step === metric.step && slots === metric.slots;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <section className={classes.card} aria-label="Retention">
      <h2>Retention</h2>
      <form onSubmit={submit} className={classes.form}>
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
        <table className={classes.change}>
          <thead>
            <tr>
              <td />
              <th scope="col">Now</th>
              <th scope="col">Then</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Window</th>
              <td>{formatDuration(metric.window_seconds)}</td>
              <td>{isValid ? formatDuration(Number(step) * Number(slots)) : '–'}</td>
            </tr>
            <tr>
              <th scope="row">Full size</th>
              <td>{formatValue(ringBytes(metric.slots), 'bytes')}</td>
              <td>{isValid ? formatValue(ringBytes(Number(slots)), 'bytes') : '–'}</td>
            </tr>
          </tbody>
        </table>
        <Loss metric={metric} step={Number(step)} slots={Number(slots)} />
        <div>
          <Button
            type="submit"
            variant="filled"
            loading={change.isPending}
            disabled={!isValid || isSame}
          >
            Change retention
          </Button>
        </div>
        {change.error && (
          <Notice kind="error" title="Not changed">
            {messageOf(change.error)}
          </Notice>
        )}
      </form>
    </section>
  );
}

/** Says what a smaller or coarser ring would drop. */
function Loss({ metric, step, slots }: { metric: MetricDetail; step: number; slots: number }) {
  const { oldest_ts: oldest, newest_ts: newest } = metric;
  const reach = oldest === null || newest === null ? 0 : newest - oldest;
  if (step > metric.step) {
    return (
      <p className={classes.loss}>Of the samples that share a new slot, only the newest stays.</p>
    );
  }
  if (step * slots < reach) {
    return (
      <p className={classes.loss}>
        Samples older than {formatDuration(step * slots)} before the newest are dropped.
      </p>
    );
  }
  return null;
}
