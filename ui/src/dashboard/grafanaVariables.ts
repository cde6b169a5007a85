import { parseDuration } from '../time/duration';
import { askedOf } from './choices';
import { record, text } from './fields';
import type { Variable } from './model';

const ALL_OF_TAG = /^\s*label_values\(\s*(?:([A-Za-z_:][\w:]*)\s*,\s*)?(\w+)\s*\)\s*$/;

/** A variable of Grafana's; none if it cannot be imported, which is then added to `lost`. */
export function variableOf(source: Record<string, unknown>, lost: string[]): Variable[] {
  const name = text(source.name);
  const query = (
    text(source.query) ||
    text(record(source.query).query) ||
    text(source.definition)
  ).replaceAll('$__all', '.*');
  const regex = text(source.regex);
  const base = {
    name,
    tag: name,
    metric: '',
    query: '',
    regex: '',
    multi: source.multi === true,
    initial: null,
  };
  const current = chosen(record(source.current).value);
  const all = text(source.allValue);
  if (all !== '' && all !== '.*') {
    lost.push(`Variable $${name}: ${all} for all`);
  }
  switch (source.type) {
    case 'query': {
      const tag = regex === '' ? ALL_OF_TAG.exec(query) : null;
      if (tag) {
        const [, metric = '', label = name] = tag;
        return [{ ...base, kind: 'tag', metric, tag: label }];
      }
      if (askedOf(query)) {
        return [{ ...base, kind: 'query', query, regex }];
      }
      break;
    }
    case 'custom':
      // Values with names of their own are written `name : value`.
      if (!/\s:\s/.test(query)) {
        return [{ ...base, kind: 'list', query, initial: current }];
      }
      break;
    case 'constant':
    case 'textbox':
      return [{ ...base, kind: 'text', initial: query ? [query] : null }];
    case 'interval': {
      const [every = ''] = current ?? [];
      if (query !== '') {
        lost.push(`Variable $${name}: other lengths than these are offered, too: ${query}`);
      }
      return [{ ...base, kind: 'interval', initial: parseDuration(every) ? [every] : null }];
    }
    case 'datasource':
      // There is one source of data here, so that a choice of it has no use.
      return [];
  }
  lost.push(`Variable $${name}${query ? `: ${query}` : ''}`);
  return [];
}

/** What a variable is set to; null for all, or where that is not said. */
function chosen(value: unknown): string[] | null {
  const values = (Array.isArray(value) ? value : [value]).map(text).filter(Boolean);
  return values.length === 0 || values.some((one) => one === '$__all') ? null : values;
}
