import { expect, test } from 'vitest';
import { filtersFor } from '../query/request';
import { readFilters, writeFilters } from './filters';

const FILTERS = [
  { tag: 'host', op: '=', value: 'web "1", {x}' },
  { tag: 'dc', op: '!~', value: 'eu|us' },
] as const;

test('filters of a dashboard survive its link', () => {
  const params = new URLSearchParams('from=now-1h');
  writeFilters(FILTERS, params);
  expect(readFilters(new URLSearchParams(params.toString()))).toEqual(FILTERS);
  expect(readFilters(new URLSearchParams('filter=nonsense'))).toEqual([]);
  writeFilters([], params);
  expect(params.toString()).toBe('from=now-1h');
});

test('they hold where a metric has their tag', () => {
  expect(filtersFor(['host'], FILTERS).map(({ tag }) => tag)).toEqual(['host']);
  expect(filtersFor([], FILTERS)).toEqual([]);
});
