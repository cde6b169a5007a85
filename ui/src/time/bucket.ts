/** Bucket lengths that divide minutes, hours and days evenly, in seconds. */
const LADDER = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400, 21_600,
  43_200, 86_400,
];

/** The lengths to offer in a menu. */
export const BUCKET_CHOICES: readonly number[] = LADDER;

/** The smallest even bucket length that is at least a number of seconds. */
export function niceCeil(seconds: number): number {
  const day = 86_400;
  return LADDER.find((length) => length >= seconds) ?? Math.ceil(seconds / day) * day;
}

/**
 * The bucket for a chart: not more buckets than pixels, and not finer than the samples are.
 *
 * @param length of the range in seconds
 * @param width of the chart in pixels
 * @param step seconds between samples; 1 if not known
 */
export function autoBucket(length: number, width: number, step: number): number {
  const wanted = Math.max(1, length / Math.max(1, width));
  const bucket = niceCeil(wanted);
  return bucket >= step ? Math.ceil(bucket / step) * step : step;
}

/** Moved to the start of its bucket, so that the first bucket is whole. */
export function alignDown(ts: number, bucket: number): number {
  return Math.floor(ts / bucket) * bucket;
}
