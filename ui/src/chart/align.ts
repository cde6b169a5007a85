import type { Series } from '../query/frame';

/** What to draw where samples are missing. */
export type NullMode =
  | { kind: 'gap' }
  /** Joins points up to this many buckets apart. */
  | { kind: 'connect'; buckets: number }
  | { kind: 'zero' };

/**
 * Series on one common time axis. In a column, null is where a line is broken, before its first
 * and behind its last sample, too; undefined only says that this series has no sample of its own
 * between two that a line joins.
 */
export interface Aligned {
  xs: number[];
  columns: (number | null | undefined)[][];
  /** By column, the usual distance of its samples in seconds: the pointer takes none farther away. */
  distances: number[];
}

/** A distance over this many usual ones is a gap. */
const GAP = 1.5;
const MAX_ZEROS = 20_000;
/** So few distances do not show a pattern. */
const FEW = 8;
const MOSTLY = 0.7;

/**
 * Puts series on one axis. What is a gap follows from how far apart a series' samples usually are,
 * since a series may be written more rarely than its buckets would allow.
 *
 * @param bucket seconds between two samples at least; null where not known
 */
export function align(
  series: readonly Pick<Series, 'xs' | 'ys'>[],
  bucket: number | null,
  mode: NullMode,
): Aligned {
  const lines = series.map((one) => completed(present(one), bucket, mode));
  const xs = union(lines);
  return {
    xs,
    columns: lines.map((line) => columnOf(line, xs)),
    distances: lines.map((line) => line.distance),
  };
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

/** What lies between the two edges of one series of a stack; null where it has nothing. */
export interface Layer {
  base: (number | null)[];
  top: (number | null)[];
  /** The top where there is a sample of its own, as in {@link Aligned}. */
  samples: (number | null | undefined)[];
}

/**
 * Each column added to those before it. Between two samples that a line joins, what the line shows
 * is added; so is, nearer than the usual distance, the sample at either end of it, since without it
 * a sum would fall wherever series do not begin and end at the same moment.
 */
export function stack({ xs, columns, distances }: Aligned): Layer[] {
  let sums = new Array<number>(xs.length).fill(0);
  return columns.map((column, series) => {
    const own = held(xs, interpolated(xs, column), distances[series] ?? 0);
    const base = own.map((value, i) => (value === null ? null : (sums[i] as number)));
    const top = own.map((value, i) => (value === null ? null : (sums[i] as number) + value));
    sums = sums.map((sum, i) => top[i] ?? sum);
    const samples = column.map((value, i) => (typeof value === 'number' ? top[i] : value));
    return { base, top, samples };
  });
}

type Points = { xs: number[]; ys: number[] };
/** Points with the times of their gaps: no line goes through what lies between the two ends. */
type Line = Points & { distance: number; gaps: Set<number> };

function present(series: Pick<Series, 'xs' | 'ys'>): Points {
  const line = { xs: [] as number[], ys: [] as number[] };
  series.ys.forEach((y, i) => {
    if (y !== null) {
      line.xs.push(series.xs[i] as number);
      line.ys.push(y);
    }
  });
  return line;
}

/** Finds the gaps of a line, or fills them with zeros. */
function completed(points: Points, bucket: number | null, mode: NullMode): Line {
  const distance = Math.max(bucket ?? 0, usualDistance(points.xs)) || 1;
  const longest = distance * (mode.kind === 'connect' ? mode.buckets + GAP - 1 : GAP);
  const line: Line = { xs: [], ys: [], distance, gaps: new Set() };
  points.xs.forEach((x, i) => {
    const before = points.xs[i - 1];
    if (before !== undefined && x - before > longest) {
      if (mode.kind === 'zero') {
        const count = Math.min(MAX_ZEROS, Math.ceil((x - before) / distance) - 1);
        for (let n = 1; n <= count; n++) {
          line.xs.push(before + n * distance);
          line.ys.push(0);
        }
      } else {
        line.gaps.add(line.xs.length);
      }
    }
    line.xs.push(x);
    line.ys.push(points.ys[i] as number);
  });
  return line;
}

function columnOf(line: Line, xs: readonly number[]): (number | null | undefined)[] {
  let next = 0;
  return xs.map((x) => {
    if (line.xs[next] === x) {
      return line.ys[next++];
    }
    return next === 0 || next === line.xs.length || line.gaps.has(next) ? null : undefined;
  });
}

function interpolated(
  xs: readonly number[],
  column: readonly (number | null | undefined)[],
): (number | null)[] {
  const full = column.map((value) => value ?? null);
  let before = -1;
  column.forEach((value, index) => {
    if (value === undefined) {
      return;
    }
    const [from, to] = [column[before], value];
    if (typeof from === 'number' && to !== null) {
      const [start, end] = [xs[before] as number, xs[index] as number];
      for (let i = before + 1; i < index; i++) {
        full[i] = from + ((to - from) * ((xs[i] as number) - start)) / (end - start);
      }
    }
    before = index;
  });
  return full;
}

/** With the nearest value, if it is nearer than a distance, where there is none. */
function held(
  xs: readonly number[],
  values: readonly (number | null)[],
  distance: number,
): (number | null)[] {
  const filled = [...values];
  const pass = (indexes: number[]) => {
    let known = -1;
    for (const i of indexes) {
      if (values[i] !== null) {
        known = i;
      } else if (known >= 0 && Math.abs((xs[i] as number) - (xs[known] as number)) < distance) {
        filled[i] ??= values[known] as number;
      }
    }
  };
  const indexes = xs.map((_, i) => i);
  pass(indexes);
  pass(indexes.reverse());
  return filled;
}

/**
 * How far apart neighbours usually are; 0 without any. Usually that is one distance, and others are
 * gaps. Where two are mixed it is their mean: samples each 7 s lie 5 or 10 s apart in buckets of 5 s.
 */
export function usualDistance(xs: readonly number[]): number {
  const distances = xs.slice(1).map((x, i) => x - (xs[i] as number));
  distances.sort((a, b) => a - b);
  const common = distances[Math.floor((distances.length - 1) / 4)] ?? 0;
  const usual = distances.filter((distance) => distance <= 2 * common);
  const like = distances.filter((distance) => distance <= common);
  if (usual.length < FEW || like.length >= MOSTLY * usual.length) {
    return common;
  }
  return usual.reduce((sum, one) => sum + one, 0) / usual.length;
}

/** All times, and one within each gap that would have none. */
function union(lines: readonly Line[]): number[] {
  const [head, ...others] = lines;
  const same = head !== undefined && others.every((line) => sameTimes(line.xs, head.xs));
  const times = same ? head.xs : [...new Set(lines.flatMap((line) => line.xs))];
  const within = lines.flatMap((line) =>
    [...line.gaps].map((end) => (line.xs[end - 1] as number) + line.distance),
  );
  return within.length === 0 && same
    ? times
    : [...new Set([...times, ...within])].sort((a, b) => a - b);
}

function sameTimes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
