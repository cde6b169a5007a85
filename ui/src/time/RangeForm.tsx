import { Button, TextInput } from '@mantine/core';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { resolveTime } from './grammar';
import classes from './RangePicker.module.css';
import { type RangeText, resolveRange } from './range';
import { usePageTime } from './TimeProvider';
import { formatDateTime } from './zone';

const RangeCalendar = lazy(() => import('./RangeCalendar'));

/** From and to as text, with a calendar beside it. What makes no sense is told and not applied. */
export function RangeForm({ onChoose }: { onChoose: (text: RangeText) => void }) {
  const { text, zone } = usePageTime();
  const shown = (end: string) => (end.includes('now') ? end : shownAbsolute(end, zone));
  const [from, setFrom] = useState(shown(text.from));
  const [to, setTo] = useState(shown(text.to));
  const [calendar, setCalendar] = useState(false);
  const context = { now: Math.floor(Date.now() / 1000), zone };
  const fromTs = resolveTime(from, context);
  const toTs = resolveTime(to, context, true);
  const isEmpty = fromTs !== null && toTs !== null && fromTs >= toTs;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (resolveRange({ from, to }, context)) {
      onChoose({ from: fixed(from, fromTs), to: fixed(to, toTs) });
    }
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label="From"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        error={fromTs === null && 'Not a time'}
        description={fromTs === null ? undefined : formatDateTime(fromTs, zone)}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
      />
      <TextInput
        label="To"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={toTs === null ? 'Not a time' : isEmpty && 'Must be after From'}
        description={toTs === null || isEmpty ? undefined : formatDateTime(toTs, zone)}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
      />
      <p className={classes.help}>
        <code>now-1h</code>, <code>now/d</code>, <code>now-1d/d+8h</code>,{' '}
        <code>2026-01-15 12:30</code> or epoch seconds
      </p>
      <div className={classes.actions}>
        <Button type="submit" variant="filled">
          Apply
        </Button>
        <Button aria-expanded={calendar} onClick={() => setCalendar(!calendar)}>
          Calendar
        </Button>
      </div>
      {calendar && (
        <Suspense fallback={<p className={classes.help}>Loading…</p>}>
          <RangeCalendar
            onPick={(first, last) => {
              setFrom(`${first} 00:00:00`);
              setTo(`${last} 23:59:59`);
            }}
          />
        </Suspense>
      )}
    </form>
  );
}

function shownAbsolute(text: string, zone: string): string {
  const ts = resolveTime(text, { now: 0, zone });
  return ts === null ? text : formatDateTime(ts, zone);
}

/** Absolute times go into the link as instants, so that they mean the same in every zone. */
function fixed(text: string, ts: number | null): string {
  return ts === null || text.includes('now')
    ? text.trim()
    : new Date(ts * 1000).toISOString().replace('.000', '');
}
