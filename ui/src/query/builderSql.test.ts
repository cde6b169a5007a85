import { describe, expect, test } from 'vitest';
import { BuilderError, builderSql } from './builderSql';
import { type BuilderQuery, EMPTY_BUILDER, EMPTY_SELECTOR, type Selector } from './model';

const TAGS = (selector: Selector) => (selector.metric === 'other' ? ['host'] : ['host', 'dc']);

function selector(metric: string, more: Partial<Selector> = {}): Selector {
  return { ...EMPTY_SELECTOR, metric, ...more };
}

function query(more: Partial<BuilderQuery>): BuilderQuery {
  return { ...EMPTY_BUILDER, selectors: [selector('cpu')], ...more };
}

/** By name of a golden file; change one only with its SQL tried against a server. */
const GOLDEN: Record<string, BuilderQuery> = {
  'one-metric': query({}),
  'two-metrics': query({ selectors: [selector('cpu'), selector('other')], per: 'max' }),
  rate: query({ selectors: [selector('sent', { reading: 'rate' })] }),
  increase: query({ selectors: [selector('sent', { reading: 'increase', alias: 'out' })] }),
  last: query({ per: 'last' }),
  'sum-by-tag': query({ across: 'sum', by: ['host'] }),
  'average-of-all': query({ across: 'avg' }),
  'reserved-tag': query({ across: 'sum', by: ['value'] }),
  formula: query({
    selectors: [selector('cpu'), selector('mem')],
    formula: '(A * 5 + B) / 2',
    inputs: true,
  }),
  'formula-of-groups': query({
    selectors: [selector('sent', { reading: 'rate', alias: 'up' }), selector('got')],
    across: 'sum',
    by: ['dc'],
    formula: '-up / max(B, 1)',
  }),
};

describe('the SQL of a builder', () => {
  for (const [name, built] of Object.entries(GOLDEN)) {
    test(name, async () => {
      await expect(`${builderSql(built, TAGS)}\n`).toMatchFileSnapshot(`golden/${name}.sql`);
    });
  }

  test.each([
    [query({ selectors: [EMPTY_SELECTOR] }), 'selectors'],
    [query({ selectors: [selector('a', { alias: 'B' }), selector('b')] }), 'selectors'],
    [query({ selectors: [selector('a', { alias: '1st' })] }), 'selectors'],
    [query({ formula: 'A +' }), 'formula'],
    [query({ formula: 'A + Z' }), 'formula'],
    [query({ selectors: [selector('cpu'), selector('other')], formula: 'A + B' }), 'by'],
  ])('says which field keeps it from being built', (built, field) => {
    try {
      builderSql(built, TAGS);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(BuilderError);
      expect((error as BuilderError).field).toBe(field);
    }
  });
});
