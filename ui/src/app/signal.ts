import { useSyncExternalStore } from 'react';

/** A value that components follow without a provider above them. */
export interface Signal<T> {
  get: () => T;
  set: (value: T) => void;
  use: () => T;
}

export function signal<T>(initial: T): Signal<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  const get = () => current;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const set = (value: T) => {
    current = value;
    for (const listener of listeners) {
      listener();
    }
  };
  return { get, set, use: () => useSyncExternalStore(subscribe, get) };
}
