import type { TagFilter } from '../query/model';
import { parseSelector, selectorText } from './codec';

/** A link's filters for all panels, each as in a selector: `filter=host="web-1"`. */
const FILTER = 'filter';
const ANY = { alias: '', metric: 'x', reading: 'value' } as const;

export function readFilters(params: URLSearchParams): TagFilter[] {
  return params.getAll(FILTER).flatMap((text) => parseSelector(`x{${text}}`)?.filters ?? []);
}

export function writeFilters(filters: readonly TagFilter[], params: URLSearchParams): void {
  params.delete(FILTER);
  for (const filter of filters) {
    params.append(FILTER, selectorText({ ...ANY, filters: [filter] }).slice(2, -1));
  }
}
