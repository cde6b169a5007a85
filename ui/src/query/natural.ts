const COLLATOR = new Intl.Collator('en', { numeric: true });

/** The order in which people count: ns-2 before ns-10. */
export function compareNaturally(a: string, b: string): number {
  return COLLATOR.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
