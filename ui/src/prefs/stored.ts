import { type Signal, signal } from '../app/signal';

/**
 * A value kept in this browser, the same in all of its tabs. Without storage it lasts until the
 * page is left.
 *
 * @param read makes a value of what was stored, which may be anything; gets undefined if nothing was
 */
export function stored<T>(name: string, read: (found: unknown) => T): Signal<T> {
  const key = `annulus.${name}`;
  const value = signal(read(load(key)));
  window.addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) {
      value.set(read(load(key)));
    }
  });
  return {
    ...value,
    set: (next) => {
      save(key, next);
      value.set(next);
    },
  };
}

function load(key: string): unknown {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage may be full or off.
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
