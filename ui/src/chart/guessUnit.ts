import { namedSelectors, type Query } from '../query/model';
import type { Unit } from './units';

const ENDINGS: readonly (readonly [RegExp, Unit])[] = [
  [/_percent$/, 'percent'],
  [/_ratio$/, 'ratio'],
  [/(^|_)bytes(_|$)/, 'bytes'],
  [/_seconds(_|$)/, 'seconds'],
  [/_(ms|millis|milliseconds)$/, 'milliseconds'],
];

/** What a query's numbers measure, as far as the names of its metrics tell. */
export function guessUnit(query: Query): Unit {
  const selectors = query.mode === 'builder' ? namedSelectors(query.builder) : [];
  const units = new Set(
    selectors.map(({ metric, reading }): Unit => {
      const unit = ENDINGS.find(([ending]) => ending.test(metric))?.[1] ?? 'none';
      if (reading !== 'rate') {
        return unit;
      }
      return unit === 'bytes' ? 'bytes/s' : unit === 'none' ? 'per second' : 'none';
    }),
  );
  const [only] = units;
  const counts = query.builder.per === 'count' || query.builder.across === 'count';
  return units.size === 1 && only && !counts ? only : 'none';
}
