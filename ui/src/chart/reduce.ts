import type { Series } from '../query/frame';

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

/** Those that are one of the values. */
const HELD: ReadonlySet<Reduction> = new Set(['last', 'first', 'min', 'max']);

/** What {@link figuresOf} would say, were there no end to the digits of a number; undefined if it does. */
export function exactFigure(
  { xs, ys, exact }: Pick<Series, 'xs' | 'ys' | 'exact'>,
  reduction: Reduction,
): bigint | undefined {
  if (!exact || !HELD.has(reduction)) {
    return undefined;
  }
  const figure = figuresOf(ys)[reduction];
  const found = xs.flatMap((x, i) => (ys[i] === figure ? (exact.get(x) ?? []) : []));
  const isLess = (a: bigint, b: bigint) => (reduction === 'min' ? a < b : a > b);
  switch (reduction) {
    case 'last':
      return found.at(-1);
    case 'first':
      return found[0];
    default:
      return found.reduce<bigint | undefined>(
        (best, one) => (best === undefined || isLess(one, best) ? one : best),
        undefined,
      );
  }
}

export function withChange(figures: Omit<Figures, 'change'>): Figures {
  const { first, last } = figures;
  return { ...figures, change: first === null || last === null ? null : last - first };
}
