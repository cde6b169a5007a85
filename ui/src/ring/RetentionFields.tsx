import { Button, NumberInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Retention } from '../api/types';
import { formatValue } from '../chart/units';
import { formatDuration } from '../time/duration';
import classes from './RetentionFields.module.css';
import { ringBytes } from './ringState';

export interface RetentionFieldsProps {
  initial: Retention;
  /** All rings that are changed, as they are; undefined until known. */
  rings: readonly Retention[] | undefined;
  /** On the button. */
  label: string;
  isPending: boolean;
  /** What a change would cost, where that is known. */
  loss?: (wanted: Retention) => ReactNode;
  onSubmit: (wanted: Retention) => void;
}

/** How often rings keep a sample, and how many, with what that takes now and then. */
export function RetentionFields(props: RetentionFieldsProps) {
  const { rings } = props;
  const [step, setStep] = useState<number | ''>(props.initial.step);
  const [slots, setSlots] = useState<number | ''>(props.initial.slots);
  const wanted = { step: Number(step), slots: Number(slots) };
  const isValid = wanted.step >= 1 && wanted.slots >= 1;
  const isSame = rings?.every((ring) => ring.step === wanted.step && ring.slots === wanted.slots);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit(wanted);
  };
  return (
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
            <td>{rings ? windowOf(rings) : '…'}</td>
            <td>{isValid ? windowOf([wanted]) : '–'}</td>
          </tr>
          <tr>
            <th scope="row">Full size</th>
            <td>{rings ? sizeOf(rings) : '…'}</td>
            <td>{rings && isValid ? sizeOf(rings.map(() => wanted)) : '–'}</td>
          </tr>
        </tbody>
      </table>
      {isValid && props.loss?.(wanted)}
      <div>
        <Button
          type="submit"
          variant="filled"
          loading={props.isPending}
          disabled={!rings || !isValid || isSame}
        >
          {props.label}
        </Button>
      </div>
    </form>
  );
}

function windowOf(rings: readonly Retention[]): string {
  const lengths = rings.map(({ step, slots }) => step * slots);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  return least === most
    ? formatDuration(most)
    : `${formatDuration(least)} to ${formatDuration(most)}`;
}

function sizeOf(rings: readonly Retention[]): string {
  return formatValue(
    rings.reduce((sum, { slots }) => sum + ringBytes(slots), 0),
    'bytes',
  );
}
