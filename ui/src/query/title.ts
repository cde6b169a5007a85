import { selectorText } from '../url/codec';
import { namedSelectors, type Query } from './model';

/** How a query is called in lists. */
export function titleOf(query: Query): string {
  if (query.mode === 'sql') {
    return query.sql.replace(/\s+/g, ' ').trim().slice(0, 120);
  }
  if (query.mode === 'promql') {
    const all = query.promql.expressions.map(({ expr }) => expr).join(', ');
    return all.replace(/\s+/g, ' ').trim().slice(0, 120);
  }
  const { formula } = query.builder;
  const selectors = namedSelectors(query.builder).map((selector, i) =>
    selectorText({ ...selector, alias: query.builder.selectors[i]?.alias ?? '' }),
  );
  return formula ? `${formula} of ${selectors.join(', ')}` : selectors.join(', ');
}
