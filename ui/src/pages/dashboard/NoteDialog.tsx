import { Button, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../app/Dialog';
import type { Note } from '../../dashboard/model';
import { resolveTime } from '../../time/grammar';
import { usePageTime } from '../../time/TimeProvider';
import { formatDateTime } from '../../time/zone';
import classes from './Dashboard.module.css';

export interface NoteDialogProps {
  note: Note;
  /** Whether it is there already. */
  known: boolean;
  /** Gets null when the note is deleted. */
  onDone: (note: Note | null) => void;
  onClose: () => void;
}

/** What happened, and when. */
export function NoteDialog({ note, known, onDone, onClose }: NoteDialogProps) {
  const { zone, range } = usePageTime();
  const [text, setText] = useState(note.text);
  const [from, setFrom] = useState(formatDateTime(note.at, zone));
  const [to, setTo] = useState(note.until === null ? '' : formatDateTime(note.until, zone));
  const read = (time: string) => resolveTime(time, { now: range.to, zone });
  const at = read(from);
  const until = to.trim() === '' ? null : read(to);
  const isLater = to.trim() === '' || (until !== null && at !== null && until > at);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (at !== null && isLater) {
      onDone({ ...note, at, until, text: text.trim() });
    }
  };
  return (
    <Dialog onClose={onClose} title={known ? 'A note' : 'Add a note'}>
      <form onSubmit={submit} className={classes.settings}>
        <Textarea
          data-autofocus
          label="What happened"
          required
          autosize
          minRows={2}
          maxLength={500}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className={classes.variable}>
          <TextInput
            label="When"
            required
            value={from}
            error={at === null && 'Not a time'}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            label="Until"
            placeholder="a moment only"
            value={to}
            error={!isLater && 'Not a later time'}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </div>
        <div className={classes.buttons}>
          {known && (
            <Button color="red" variant="light" onClick={() => onDone(null)}>
              Delete
            </Button>
          )}
          <Button
            type="submit"
            variant="filled"
            disabled={text.trim() === '' || at === null || !isLater}
          >
            {known ? 'Change' : 'Add'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
