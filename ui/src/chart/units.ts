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

const ONE: Scale = { divisor: 1, suffix: '' };
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
/** An axis with more decimals is hard to read in its prefix. */
const FEW_DIGITS = 3;
/** From here on, and below the other, digits say less than a power of ten. */
const HUGE = 1e15;
const TINY = 1e-6;

/** A value with its unit, to about four significant digits or as many decimals as told. */
export function formatValue(value: number | null, unit: Unit, decimals?: number): string {
  return formatted(value, unit, decimals, 4);
}

/** The same for where one looks closely: no digit before the point is lost. */
export function formatClosely(value: number | null, unit: Unit, decimals?: number): string {
  return formatted(value, unit, decimals, 6);
}

/** A whole number with all of its digits; in other units than numbers, a value as any other. */
export function formatExact(value: bigint, unit: Unit, decimals?: number): string {
  return unit === 'none' || unit === 'short'
    ? grouped(String(value))
    : formatClosely(Number(value), unit, decimals);
}

function formatted(
  value: number | null,
  unit: Unit,
  decimals: number | undefined,
  digits: number,
): string {
  if (value === null || !Number.isFinite(value)) {
    return '–';
  }
  const isClose = digits > 4 && unit === 'short';
  const scale = isClose ? ONE : scaleFor(Math.abs(value), unit);
  const scaled = value / scale.divisor;
  const text =
    decimals === undefined ? significant(scaled, digits) : grouped(scaled.toFixed(decimals));
  return text + scale.suffix;
}

/**
 * As many decimals as tell values of such a span apart, for figures that stand below each other;
 * undefined where values differ in scale, too.
 */
export function decimalsFor(values: readonly number[], unit: Unit): number | undefined {
  if (values.length === 0 || !['none', 'percent', 'ratio', 'short'].includes(unit)) {
    return undefined;
  }
  const factor = unit === 'ratio' ? 100 : 1;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let whole = true;
  for (const value of values) {
    low = Math.min(low, value * factor);
    high = Math.max(high, value * factor);
    whole &&= Number.isInteger(value * factor);
  }
  if (whole) {
    return Math.max(-low, high) < HUGE ? 0 : undefined;
  }
  const span = high - low || Math.abs(high);
  const digits = Math.ceil(3 - Math.log10(span));
  return span >= TINY && span < 1e6 ? Math.min(MAX_DIGITS, Math.max(0, digits - 1)) : undefined;
}

/**
 * The decimals that a value among others is written with: theirs, unless those would leave less than
 * two digits of it.
 *
 * @param decimals of the others, as {@link decimalsFor} has them
 */
export function decimalsOf(
  value: number | null,
  unit: Unit,
  decimals: number | undefined,
): number | undefined {
  if (value === null || decimals === undefined) {
    return undefined;
  }
  const size = Math.abs(unit === 'ratio' ? value * 100 : value);
  const isWritten = size >= 10 ** (1 - decimals) || Number(size.toFixed(decimals)) === size;
  return isWritten ? decimals : undefined;
}

/**
 * Labels of an axis: all in the same scale, with just as many digits as tell them apart rightly.
 * A prefix that would take many decimals gives way to a smaller one.
 */
export function formatTicks(values: readonly number[], unit: Unit): string[] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const step = Math.min(...sorted.slice(1).map((value, i) => value - (sorted[i] as number)));
  const largest = Math.max(0, ...values.map(Math.abs));
  // Steps of 20 minutes are told in minutes, even beyond the hour.
  const isTime = unit === 'seconds' || unit === 'milliseconds';
  const size = isTime && Number.isFinite(step) ? step : largest;
  for (const scale of scalesFrom(size, unit)) {
    const digits = digitsOf(values, scale, step);
    const isReadable = digits <= FEW_DIGITS || scale.divisor <= 1;
    if (isReadable && digits <= MAX_DIGITS && largest / scale.divisor < HUGE) {
      return values.map((value) => plain(value / scale.divisor, digits) + scale.suffix);
    }
  }
  const least = scalesFrom(0, unit)[0] ?? ONE;
  const { divisor, suffix } = Number.isFinite(largest / least.divisor) ? least : ONE;
  return powers(values.map((value) => value / divisor)).map((text) => text + suffix);
}

/** The scale for a size, and the smaller ones. */
function scalesFrom(size: number, unit: Unit): Scale[] {
  const scales: Scale[] = [];
  for (let next = size; ; ) {
    const scale = scaleFor(next, unit);
    if (scales.some(({ divisor }) => divisor === scale.divisor)) {
      return scales;
    }
    scales.push(scale);
    next = scale.divisor / 2;
  }
}

/** Decimals after which no tick is written more than a twentieth of a step away. */
function digitsOf(values: readonly number[], { divisor }: Scale, step: number): number {
  const closest = Number.isFinite(step) ? step / divisor : 0;
  let digits = 0;
  const isClose = () =>
    values.every((value) => {
      const scaled = value / divisor;
      return Math.abs(Number(scaled.toFixed(digits)) - scaled) <= closest / 20;
    });
  while (digits <= MAX_DIGITS && !isClose()) {
    digits++;
  }
  return digits;
}

/** Powers of ten, with as many digits as tell the values apart. */
function powers(values: readonly number[]): string[] {
  const distinct = new Set(values).size;
  for (let digits = 0; digits < 17; digits++) {
    const texts = values.map((value) => (value === 0 ? '0' : value.toExponential(digits)));
    if (new Set(texts).size === distinct) {
      return texts.map((text) => text.replace('e+', 'e'));
    }
  }
  return values.map(String);
}

function scaleFor(size: number, unit: Unit): Scale {
  switch (unit) {
    case 'none':
      return ONE;
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

function significant(value: number, most: number): string {
  if (value === 0) {
    return '0';
  }
  const size = Math.abs(value);
  if (size < TINY || size >= HUGE) {
    return value.toExponential(Number.isInteger(value) && most > 4 ? undefined : most - 1);
  }
  const digits = Math.min(MAX_DIGITS, Math.max(0, most - 1 - Math.floor(Math.log10(size))));
  return grouped(String(Number(value.toFixed(digits))));
}

/** Without the sign of a rounded zero. */
function plain(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return grouped(Number(text) === 0 ? text.replace('-', '') : text);
}

/** `1,234,567.8`. */
export function grouped(text: string): string {
  const [whole = '', ...fraction] = text.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}
