import { isRecord } from '../prefs/stored';
import { COLUMNS, type Layout, NEW_LAYOUT } from './model';

/** Inside the grid; panels without a place go one below the other, two in a row. */
export function readLayout(found: unknown, index: number): Layout {
  const source = isRecord(found) ? found : {};
  const w = within(number(source.w) ?? NEW_LAYOUT.w, 1, COLUMNS);
  return {
    x: within(number(source.x) ?? (index % 2) * NEW_LAYOUT.w, 0, COLUMNS - w),
    y: within(number(source.y) ?? Math.floor(index / 2) * NEW_LAYOUT.h, 0, 10_000),
    w,
    h: within(number(source.h) ?? NEW_LAYOUT.h, 1, 100),
  };
}

export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function oneOf<T extends string>(values: readonly T[], found: unknown): T | undefined {
  return values.find((value) => value === found);
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}
