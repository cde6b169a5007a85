const COLLATOR = new Intl.Collator('en', { numeric: true });
/** A number with a fraction as a whole value; the parts of a version are no fraction. */
const FRACTION = /(?<=^|["= ])(-?\d+\.)(\d+)(?=$|["},; ])/g;
const INFINITE = /(?<=^|["= ])\+Inf(?=$|["},; ])/g;
const FRACTION_DIGITS = 12;
const LARGEST = '9'.repeat(15);

/** The order in which people count: ns-2 before ns-10, 0.005 before 0.01, and +Inf last. */
export function compareNaturally(a: string, b: string): number {
  return COLLATOR.compare(comparable(a), comparable(b)) || (a < b ? -1 : a > b ? 1 : 0);
}

/** The collator compares the digits behind a point as if they were whole numbers. */
function comparable(text: string): string {
  return text.includes('.') || text.includes('+Inf')
    ? text
        .replace(FRACTION, (_, whole: string, part: string) => {
          return whole + part.padEnd(FRACTION_DIGITS, '0');
        })
        .replace(INFINITE, LARGEST)
    : text;
}
