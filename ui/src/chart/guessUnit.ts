import { fromPromql } from '../query/fromPromql';
import { type BuilderQuery, namedSelectors, type PromqlQuery, type Query } from '../query/model';
import type { Unit } from './units';

const ENDINGS: readonly (readonly [RegExp, Unit])[] = [
  [/_(count|bucket)$/, 'none'],
  [/_percent$/, 'percent'],
  [/_ratio$/, 'ratio'],
  [/(^|_)bytes(_|$)/, 'bytes'],
  [/_seconds(_|$)/, 'seconds'],
  [/_(ms|millis|milliseconds)$/, 'milliseconds'],
];

/** What a metric's values measure, as far as its name tells. */
export function unitOfMetric(name: string): Unit {
  return ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? 'none';
}

/** What a query's numbers measure, as far as the names of its metrics tell. */
export function guessUnit(query: Query): Unit {
  const builder = query.mode === 'promql' ? saidOf(query.promql) : query.builder;
  const selectors = query.mode !== 'sql' && builder ? namedSelectors(builder) : [];
  const units = new Set(
    selectors.map(({ metric, reading }): Unit => {
      // Buckets count; what they are the bounds of is what was measured.
      const unit = unitOfMetric(reading === 'quantiles' ? metric.replace(/_bucket$/, '') : metric);
      if (reading !== 'rate') {
        return unit;
      }
      return unit === 'bytes' ? 'bytes/s' : unit === 'none' ? 'per second' : 'none';
    }),
  );
  const [only] = units;
  const counts = builder?.per === 'count' || builder?.across === 'count';
  return units.size === 1 && only && !counts ? only : 'none';
}

/** An expression as the builder says it, as far as it can. */
function saidOf({ expressions }: PromqlQuery): BuilderQuery | null {
  const [only] = expressions;
  return only && expressions.length === 1 ? fromPromql(only.expr) : null;
}
