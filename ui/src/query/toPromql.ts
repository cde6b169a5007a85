import { type BuilderQuery, namedSelectors, type Selector, usableFilters } from './model';
import { labelText, matcherText } from './promql';

/** What a builder's query is in PromQL, an expression for each selector; its formula is not. */
export function toPromql(builder: BuilderQuery): string[] {
  return namedSelectors(builder).map((selector) => {
    const isHistogram = selector.reading === 'quantiles';
    const read = readText(selector);
    const by = isHistogram ? ['le', ...builder.by] : builder.by;
    const across = isHistogram ? 'sum' : builder.across;
    const list = by.length > 0 ? ` by (${by.map(labelText).join(', ')}) ` : '';
    const combined = across === 'none' ? read : `${across}${list}(${read})`;
    return isHistogram ? `histogram_quantile(0.99, ${combined})` : combined;
  });
}

function readText(selector: Selector): string {
  const text = selectorText(selector);
  switch (selector.reading) {
    case 'value':
      return text;
    case 'increase':
      return `increase(${text}[$__rate_interval])`;
    default:
      return `rate(${text}[$__rate_interval])`;
  }
}

function selectorText(selector: Selector): string {
  const matchers = usableFilters(selector).map(matcherText);
  const isPlain = /^[A-Za-z_:][\w:]*$/.test(selector.metric);
  const all = isPlain ? matchers : [JSON.stringify(selector.metric), ...matchers];
  const braces = all.length > 0 ? `{${all.join(', ')}}` : '';
  return `${isPlain ? selector.metric : ''}${braces}`;
}
