import { useEffect, useRef } from 'react';

/** What keys do, by name: `?`, `g h`, `mod+k`, `t left`. */
export type Bindings = Record<string, (event: KeyboardEvent) => void>;

const SEQUENCE_MILLIS = 1200;
const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Escape: 'esc',
  Enter: 'enter',
};

/**
 * Listens for keys while the component is there. Single keys and sequences rest while something
 * is typed or a dialog is open; combinations with Ctrl or Cmd do not.
 */
export function useKeys(bindings: Bindings): void {
  const current = useRef(bindings);
  current.current = bindings;
  useEffect(() => {
    let prefix = '';
    let since = 0;
    const onKey = (event: KeyboardEvent) => {
      const key = nameOf(event);
      if (event.defaultPrevented || !key || (!key.startsWith('mod+') && isBusy(event.target))) {
        return;
      }
      const started = Date.now() - since < SEQUENCE_MILLIS ? prefix : '';
      const action = current.current[started + key] ?? current.current[key];
      prefix = action ? '' : `${key} `;
      since = Date.now();
      if (action) {
        event.preventDefault();
        action(event);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

export const modKey = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl';

function nameOf(event: KeyboardEvent): string {
  const key = NAMES[event.key] ?? event.key.toLowerCase();
  if (event.altKey || key === 'control' || key === 'meta' || key === 'shift') {
    return '';
  }
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

function isBusy(target: EventTarget | null): boolean {
  const element = target instanceof HTMLElement ? target : null;
  const isTyping =
    element?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element?.tagName ?? '');
  return isTyping || document.querySelector('[role=dialog]') !== null;
}
