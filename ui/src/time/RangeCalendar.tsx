import '@mantine/dates/styles.css';
import { DatePicker } from '@mantine/dates';
import { useState } from 'react';

/** Picks a first and a last day. */
export default function RangeCalendar(props: { onPick: (first: string, last: string) => void }) {
  const [days, setDays] = useState<[string | null, string | null]>([null, null]);
  return (
    <DatePicker
      type="range"
      size="xs"
      allowSingleDateInRange
      value={days}
      onChange={(picked) => {
        const [first, last] = picked;
        setDays(picked);
        if (first && last) {
          props.onPick(first.slice(0, 10), last.slice(0, 10));
        }
      }}
    />
  );
}
