import type { Series } from '../query/frame';

/** What to draw where samples are missing. */
export type NullMode =
  | { kind: 'gap' }
  /** Joins points up to this many buckets apart. */
  | { kind: 'connect'; buckets: number }
  | { kind: 'zero' };

/**
 * Series on one common time axis. In a column, null breaks the line, and undefined only says that
 * this series has no sample at the time of another one's.
 */
export interface Aligned {
  xs: number[];
  columns: (number | null | undefined)[][];
}

/** A distance over this many buckets is a gap. */
const GAP = 1.5;
const MAX_ZEROS = 20_000;

/**
 * Puts series on one axis.
 *
 * @param bucket seconds between two samples; null to take each series' usual distance
 */
export function align(
  series: readonly Pick<Series, 'xs' | 'ys'>[],
  bucket: number | null,
  mode: NullMode,
): Aligned {
  const lines = series.map((one) => completed(present(one), bucket, mode));
  const xs = union(lines.map((line) => line.xs));
  const indexes = new Map(xs.map((x, index) => [x, index]));
  const columns = lines.map((line) => {
    const column = new Array<number | null | undefined>(xs.length).fill(undefined);
    line.xs.forEach((x, i) => {
      column[indexes.get(x) as number] = line.ys[i] as number | null;
    });
    return column;
  });
  return { xs, columns };
}

/** The points that have no neighbour to draw a line to. */
export function lonePoints(column: readonly (number | null | undefined)[]): number[] {
  const lone: number[] = [];
  let before: number | null = null;
  let candidate = -1;
  column.forEach((value, index) => {
    if (value === undefined) {
      return;
    }
    if (value === null && candidate >= 0) {
      lone.push(candidate);
    }
    candidate = value !== null && before === null ? index : -1;
    before = value;
  });
  return candidate >= 0 ? [...lone, candidate] : lone;
}

/** Each column added to those before it, as far as it has values. */
export function stack(columns: readonly (number | null | undefined)[][]): Aligned['columns'] {
  const sums: number[] = [];
  return columns.map((column) =>
    column.map((value, index) => {
      if (value === null || value === undefined) {
        return value;
      }
      const sum = (sums[index] ?? 0) + value;
      sums[index] = sum;
      return sum;
    }),
  );
}

type Line = { xs: number[]; ys: (number | null)[] };

function present(series: Pick<Series, 'xs' | 'ys'>): { xs: number[]; ys: number[] } {
  const line = { xs: [] as number[], ys: [] as number[] };
  series.ys.forEach((y, i) => {
    if (y !== null) {
      line.xs.push(series.xs[i] as number);
      line.ys.push(y);
    }
  });
  return line;
}

/** Adds what stands for missing samples: a null in each gap, or zeros. */
function completed(
  line: { xs: number[]; ys: number[] },
  bucket: number | null,
  mode: NullMode,
): Line {
  const step = bucket ?? usualDistance(line.xs);
  const longest = step * (mode.kind === 'connect' ? mode.buckets + GAP - 1 : GAP);
  const full: Line = { xs: [], ys: [] };
  line.xs.forEach((x, i) => {
    const before = line.xs[i - 1];
    if (before !== undefined && x - before > longest) {
      const count = mode.kind === 'zero' ? Math.ceil((x - before) / step) - 1 : 1;
      for (let n = 1; n <= Math.min(count, MAX_ZEROS); n++) {
        full.xs.push(before + n * step);
        full.ys.push(mode.kind === 'zero' ? 0 : null);
      }
    }
    full.xs.push(x);
    full.ys.push(line.ys[i] as number);
  });
  return full;
}

/** The median distance of neighbours. */
function usualDistance(xs: readonly number[]): number {
  const distances = xs.slice(1).map((x, i) => x - (xs[i] as number));
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] || 1;
}

function union(lists: readonly number[][]): number[] {
  const [head, ...others] = lists;
  if (head && others.every((list) => sameTimes(list, head))) {
    return head;
  }
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

function sameTimes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
