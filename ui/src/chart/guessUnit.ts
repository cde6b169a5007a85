import { fromPromql } from '../query/fromPromql';
import { type BuilderQuery, namedSelectors, type Query } from '../query/model';
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
  const builders = buildersOf(query);
  const units = new Set(
    builders.flatMap(namedSelectors).map(({ metric, reading }): Unit => {
      // Buckets count; what they are the bounds of is what was measured.
      const unit = unitOfMetric(reading === 'quantiles' ? metric.replace(/_bucket$/, '') : metric);
      if (reading !== 'rate') {
        return unit;
      }
      return unit === 'bytes' ? 'bytes/s' : unit === 'none' ? 'per second' : 'none';
    }),
  );
  const [only] = units;
  const counts = builders.some(({ per, across }) => per === 'count' || across === 'count');
  return units.size === 1 && only && !counts ? only : 'none';
}

/** What is asked, as the builder says it; none if it cannot say all. */
function buildersOf({ mode, builder, promql }: Query): readonly BuilderQuery[] {
  switch (mode) {
    case 'builder':
      return [builder];
    case 'sql':
      return [];
    case 'promql': {
      const said = promql.expressions.map(({ expr }) => fromPromql(expr));
      return said.includes(null) ? [] : said.filter((one) => one !== null);
    }
  }
}
