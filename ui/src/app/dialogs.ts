import { signal } from './signal';

/** The dialogs that can be opened from anywhere. */
export type Dialog = 'help' | 'goto';

export const openedDialog = signal<Dialog | null>(null);

export function openDialog(dialog: Dialog): void {
  openedDialog.set(dialog);
}
