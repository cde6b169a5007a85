import { Button } from '@mantine/core';
import { Dialog } from './Dialog';
import { signal } from './signal';

/** A question with its answers; the first is the usual one. */
export interface Question<T extends string> {
  title: string;
  text: string;
  answers: readonly { id: T; label: string; danger?: boolean }[];
}

const asked = signal<{ question: Question<string>; answer: (id: string | null) => void } | null>(
  null,
);

/** Asks and waits; null if the dialog is closed without an answer. */
export function ask<T extends string>(question: Question<T>): Promise<T | null> {
  asked.get()?.answer(null);
  return new Promise((resolve) => {
    asked.set({
      question,
      answer: (id) => {
        asked.set(null);
        resolve(id as T | null);
      },
    });
  });
}

/** Where questions appear. */
export function Asking() {
  const current = asked.use();
  if (!current) {
    return null;
  }
  const { question, answer } = current;
  return (
    <Dialog onClose={() => answer(null)} title={question.title} size="md">
      <p style={{ marginTop: 0 }}>{question.text}</p>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, justifyContent: 'flex-end' }}>
        <Button onClick={() => answer(null)}>Cancel</Button>
        {[...question.answers].reverse().map(({ id, label, danger }, i, all) => (
          <Button
            key={id}
            variant={i === all.length - 1 ? 'filled' : 'default'}
            {...(danger ? { color: 'red' } : {})}
            onClick={() => answer(id)}
          >
            {label}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
