import {
  ACROSS,
  type Across,
  type BuilderQuery,
  EMPTY_BUILDER,
  EMPTY_SELECTOR,
  OPERATORS,
  type Operator,
  type Reading,
  type TagFilter,
} from './model';

/** What of PromQL the builder can say; anything else is null. */
export function fromPromql(expression: string): BuilderQuery | null {
  const text = expression.trim();
  return quantile(text) ?? combined(text) ?? single(text);
}

const COMBINED =
  /^(?<across>\w+)\s*(?:by\s*\((?<before>[^()]*)\)\s*)?\((?<inner>.*?)\)\s*(?:by\s*\((?<after>[^()]*)\)\s*)?$/s;
const RATE = /^(?<function>rate|irate|increase)\s*\((?<inner>.*)\[[^\]]*\]\s*\)$/s;
const SELECTOR = /^(?<name>[A-Za-z_:][\w:]*)\s*(?:\{(?<filters>.*)\})?$/s;
const FILTER =
  /\s*(?<tag>[A-Za-z_]\w*)\s*(?<op>=~|!~|!=|=)\s*(?<value>"(?:[^"\\]|\\.)*")\s*(?:,|$)/sy;
const QUANTILE = /^histogram_quantile\s*\(\s*[\d.]+\s*,(?<inner>.*)\)$/s;

/** All quantiles are shown at once, whichever was asked for. */
function quantile(text: string): BuilderQuery | null {
  const inner = QUANTILE.exec(text)?.groups?.inner?.trim();
  const query = inner === undefined ? null : (combined(inner) ?? single(inner));
  const selector = query?.selectors[0];
  if (!query || !selector || selector.reading === 'value') {
    return null;
  }
  const by = query.by.filter((tag) => tag !== 'le');
  return { ...query, by, selectors: [{ ...selector, reading: 'quantiles' }] };
}

function combined(text: string): BuilderQuery | null {
  const groups = COMBINED.exec(text)?.groups;
  const across = ACROSS.find((one): one is Across => one !== 'none' && one === groups?.across);
  const query = across && single((groups?.inner ?? '').trim());
  if (!query) {
    return null;
  }
  const by = (groups?.before ?? groups?.after ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
  return { ...query, across, by };
}

function single(text: string): BuilderQuery | null {
  const rate = RATE.exec(text)?.groups;
  const groups = SELECTOR.exec((rate?.inner ?? text).trim())?.groups;
  const filters = filtersIn(groups?.filters ?? '');
  if (!groups?.name || !filters) {
    return null;
  }
  const reading: Reading =
    rate === undefined ? 'value' : rate.function === 'increase' ? 'increase' : 'rate';
  const selector = { ...EMPTY_SELECTOR, metric: groups.name, filters, reading };
  return { ...EMPTY_BUILDER, selectors: [selector] };
}

function filtersIn(text: string): TagFilter[] | null {
  const filters: TagFilter[] = [];
  FILTER.lastIndex = 0;
  while (FILTER.lastIndex < text.trimEnd().length) {
    const groups = FILTER.exec(text)?.groups;
    const op = OPERATORS.find((one): one is Operator => one === groups?.op);
    if (!groups?.tag || !op || groups.value === undefined) {
      return null;
    }
    const value = JSON.parse(groups.value) as string;
    // A variable is one whether it is written as $host or as ${host:regex}.
    filters.push({ tag: groups.tag, op, value: value.replace(/^\$\{(\w+)(?::\w+)?\}$/, '$$$1') });
  }
  return filters;
}
