/** What the numbers of a chart measure. */
export const UNITS = [
  { id: 'none', label: 'Number' },
  { id: 'short', label: 'Short (k, M, G)' },
  { id: 'percent', label: 'Percent (0 to 100)' },
  { id: 'ratio', label: 'Percent (0 to 1)' },
  { id: 'bytes', label: 'Bytes' },
  { id: 'bytes/s', label: 'Bytes per second' },
  { id: 'bits/s', label: 'Bits per second' },
  { id: 'per second', label: 'Per second' },
  { id: 'seconds', label: 'Seconds' },
  { id: 'milliseconds', label: 'Milliseconds' },
] as const;
export type Unit = (typeof UNITS)[number]['id'];

interface Scale {
  divisor: number;
  suffix: string;
}

const NBSP = '\u00a0';
const SI = ['', 'k', 'M', 'G', 'T', 'P'];
const IEC = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
const TIMES: readonly Scale[] = [
  { divisor: 1e-9, suffix: 'ns' },
  { divisor: 1e-6, suffix: 'µs' },
  { divisor: 1e-3, suffix: 'ms' },
  { divisor: 1, suffix: 's' },
  { divisor: 60, suffix: 'm' },
  { divisor: 3600, suffix: 'h' },
  { divisor: 86_400, suffix: 'd' },
];
const MAX_DIGITS = 12;

/** A value with its unit, to about four significant digits or as many decimals as told. */
export function formatValue(value: number | null, unit: Unit, decimals?: number): string {
  if (value === null || !Number.isFinite(value)) {
    return '–';
  }
  const scale = scaleFor(Math.abs(value), unit);
  const scaled = value / scale.divisor;
  const text = decimals === undefined ? significant(scaled) : scaled.toFixed(decimals);
  return text + scale.suffix;
}

/** Labels of an axis: all in the same scale, with just as many digits as tell them apart rightly. */
export function formatTicks(values: readonly number[], unit: Unit): string[] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const step = Math.min(...sorted.slice(1).map((value, i) => value - (sorted[i] as number)));
  const largest = Math.max(0, ...values.map(Math.abs));
  // Steps of 20 minutes are told in minutes, even beyond the hour.
  const isTime = unit === 'seconds' || unit === 'milliseconds';
  const scale = scaleFor(isTime && Number.isFinite(step) ? step : largest, unit);
  const scaled = values.map((value) => value / scale.divisor);
  const closest = step / scale.divisor;
  const isClose = (digits: number) =>
    scaled.every((value) => Math.abs(Number(value.toFixed(digits)) - value) <= closest / 20);
  let digits = 0;
  while (digits < MAX_DIGITS && !isClose(digits)) {
    digits++;
  }
  return scaled.map((value) => plain(value, digits) + scale.suffix);
}

function scaleFor(size: number, unit: Unit): Scale {
  switch (unit) {
    case 'none':
      return size >= 1e9 ? prefixed(size, 1000, SI, '') : { divisor: 1, suffix: '' };
    case 'short':
      return prefixed(size, 1000, SI, '');
    case 'percent':
      return { divisor: 1, suffix: '%' };
    case 'ratio':
      return { divisor: 0.01, suffix: '%' };
    case 'bytes':
      return prefixed(size, 1024, IEC, 'B');
    case 'bytes/s':
      return prefixed(size, 1024, IEC, 'B/s');
    case 'bits/s':
      return prefixed(size, 1000, SI, 'b/s');
    case 'per second':
      return prefixed(size, 1000, SI, '/s');
    case 'seconds':
      return time(size, 1);
    case 'milliseconds':
      return time(size / 1000, 1e-3);
  }
}

function prefixed(size: number, base: number, prefixes: readonly string[], unit: string): Scale {
  let power = 0;
  while (power < prefixes.length - 1 && size >= base ** (power + 1)) {
    power++;
  }
  const suffix = `${prefixes[power]}${unit}`;
  return { divisor: base ** power, suffix: suffix && NBSP + suffix };
}

/** @param own seconds that one of the value's own units has */
function time(seconds: number, own: number): Scale {
  let scale = TIMES[3] as Scale;
  if (seconds > 0) {
    scale = TIMES.findLast((candidate) => seconds >= candidate.divisor) ?? (TIMES[0] as Scale);
  }
  return { divisor: scale.divisor / own, suffix: NBSP + scale.suffix };
}

function significant(value: number): string {
  if (value === 0) {
    return '0';
  }
  const size = Math.abs(value);
  if (size < 1e-6 || size >= 1e15) {
    return value.toExponential(3);
  }
  const digits = Math.min(MAX_DIGITS, Math.max(0, 3 - Math.floor(Math.log10(size))));
  return String(Number(value.toFixed(digits)));
}

/** Without the sign of a rounded zero. */
function plain(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text;
}
