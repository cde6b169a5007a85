import { signal } from './signal';
import classes from './toast.module.css';

interface Toast {
  id: number;
  text: string;
}

const SHOWN_MILLIS = 4000;
const toasts = signal<readonly Toast[]>([]);
let nextId = 1;

/** Shows a short message for a moment. */
export function toast(text: string): void {
  const id = nextId++;
  toasts.set([...toasts.get(), { id, text }]);
  setTimeout(() => toasts.set(toasts.get().filter((other) => other.id !== id)), SHOWN_MILLIS);
}

export function Toasts() {
  const shown = toasts.use();
  return (
    <div className={classes.stack} role="status" aria-live="polite">
      {shown.map((one) => (
        <div key={one.id} className={classes.toast}>
          {one.text}
        </div>
      ))}
    </div>
  );
}
