import type { Range } from '../time/range';
import { align, lonePoints } from './align';
import type { Unit } from './units';

export interface SparklineProps {
  xs: readonly number[];
  ys: readonly (number | null)[];
  range: Range;
  /** Seconds between points at least; null where not known. */
  bucket?: number | null;
  unit?: Unit;
  /** Of the drawing, in pixels. */
  width?: number;
  /** Whether to take all the width there is. */
  fill?: boolean;
  /** Whether to take all the height there is, too, and to be filled below the line. */
  grow?: boolean;
  height?: number;
}

/** A line without axes. */
export function Sparkline(props: SparklineProps) {
  const { width = 120, fill = false, grow = false, height = 26 } = props;
  const path = sparkPath(props, width, height);
  const grown = { flex: '1 1 0', minHeight: 0, height: 'auto' };
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width={fill ? '100%' : width}
      height={height}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ display: 'block', maxWidth: '100%', ...(grow ? grown : {}) }}
    >
      {grow && <path d={areaBelow(path, height)} fill="var(--accent)" fillOpacity="0.12" />}
      <path
        d={path}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.4"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

/** Each unbroken stretch of a line, closed along the bottom. */
export function areaBelow(path: string, height: number): string {
  return path
    .split(/(?=M)/)
    .filter((stretch) => stretch.includes('L'))
    .map((stretch) => {
      const xs = [...stretch.matchAll(/[ML](-?[\d.]+) /g)].map((match) => match[1]);
      return `${stretch}L${xs.at(-1)} ${height}L${xs[0]} ${height}Z`;
    })
    .join('');
}

const PAD = 2;
/** A change of less than this share of the values is not drawn as if it were large. */
const LEAST_SPAN = 0.05;

/** The line through all points; it starts anew after a gap. A point alone is a short stroke. */
export function sparkPath(
  { xs, ys, range, bucket = null, unit = 'none' }: SparklineProps,
  width: number,
  height: number,
): string {
  const line = align([{ xs: [...xs], ys: [...ys] }], bucket, { kind: 'gap' });
  const column = line.columns[0] ?? [];
  const [low, high] = span(
    column.filter((y) => typeof y === 'number'),
    unit,
  );
  const inner = width - 2 * PAD;
  const x = (ts: number) => {
    const share = (ts - range.from) / (range.to - range.from || 1);
    return PAD + Math.min(1, Math.max(0, share)) * inner;
  };
  const y = (value: number) => height - PAD - ((value - low) / (high - low)) * (height - 2 * PAD);
  const alone = new Set(lonePoints(column));
  let move = 'M';
  return line.xs
    .flatMap((ts, i) => {
      const value = column[i] ?? null;
      const command = move;
      move = value === null ? 'M' : 'L';
      if (value === null) {
        return [];
      }
      const at = `${x(ts).toFixed(1)} ${y(value).toFixed(1)}`;
      return [`${command}${at}`, ...(alone.has(i) ? [`h0.5`] : [])];
    })
    .join('');
}

/** The values to draw from and to, with a least distance. */
function span(values: readonly number[], unit: Unit): [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (values.length === 0) {
    return [0, 1];
  }
  const whole = unit === 'percent' ? 100 : unit === 'ratio' ? 1 : 0;
  const least = LEAST_SPAN * Math.max(whole, Math.abs(low), Math.abs(high)) || 1;
  const missing = Math.max(0, least - (high - low));
  return [low - missing / 2, high + missing / 2];
}
