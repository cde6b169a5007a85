/** How a series becomes one number. */
export const REDUCTIONS = [
  { id: 'last', label: 'Last' },
  { id: 'mean', label: 'Mean' },
  { id: 'min', label: 'Minimum' },
  { id: 'max', label: 'Maximum' },
  { id: 'sum', label: 'Sum' },
  { id: 'first', label: 'First' },
  { id: 'change', label: 'Change' },
] as const;
export type Reduction = (typeof REDUCTIONS)[number]['id'];

/** All that a series amounts to; null where it has no value. */
export type Figures = Readonly<Record<Reduction, number | null>>;

export function figuresOf(ys: readonly (number | null)[]): Figures {
  let [first, last, min, max]: (number | null)[] = [null, null, null, null];
  let sum = 0;
  let count = 0;
  for (const y of ys) {
    if (y !== null) {
      first ??= y;
      last = y;
      min = min == null || y < min ? y : min;
      max = max == null || y > max ? y : max;
      sum += y;
      count++;
    }
  }
  return withChange({
    first: first ?? null,
    last: last ?? null,
    min: min ?? null,
    max: max ?? null,
    sum: count > 0 ? sum : null,
    mean: count > 0 ? sum / count : null,
  });
}

export function withChange(figures: Omit<Figures, 'change'>): Figures {
  const { first, last } = figures;
  return { ...figures, change: first === null || last === null ? null : last - first };
}
