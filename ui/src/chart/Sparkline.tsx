import type { Range } from '../time/range';

export interface SparklineProps {
  xs: readonly number[];
  ys: readonly (number | null)[];
  range: Range;
  /** Of the drawing, in pixels. */
  width?: number;
  /** Whether to take all the width there is. */
  fill?: boolean;
  /** Whether to take all the height there is, too, and to be filled below the line. */
  grow?: boolean;
  height?: number;
}

/** A line without axes. */
export function Sparkline({
  xs,
  ys,
  range,
  width = 120,
  fill = false,
  grow = false,
  height = 26,
}: SparklineProps) {
  const path = sparkPath(xs, ys, range, width, height);
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

/** The line through all points; it starts anew after a missing value. */
export function sparkPath(
  xs: readonly number[],
  ys: readonly (number | null)[],
  range: Range,
  width: number,
  height: number,
): string {
  const values = ys.filter((y) => y !== null);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const pad = 2;
  const x = (ts: number) => ((ts - range.from) / (range.to - range.from || 1)) * width;
  const y = (value: number) =>
    high === low ? height / 2 : height - pad - ((value - low) / (high - low)) * (height - 2 * pad);
  let move = 'M';
  return xs
    .flatMap((ts, i) => {
      const value = ys[i] ?? null;
      const command = move;
      move = value === null ? 'M' : 'L';
      return value === null ? [] : [`${command}${x(ts).toFixed(1)} ${y(value).toFixed(1)}`];
    })
    .join('');
}
