import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACROSS,
  BUCKET_FUNCTIONS,
  EMPTY_PROMQL,
  EMPTY_QUERY,
  OPERATORS,
  type Query,
  READINGS,
  type Selector,
} from '../query/model';
import { parseSelector, readQuery, selectorText, writeQuery } from './codec';

const filters = fc.record({
  tag: fc.string(),
  op: fc.constantFrom(...OPERATORS),
  value: fc.string(),
});
const selectors: fc.Arbitrary<Selector> = fc.record({
  alias: fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,5}$/)),
  metric: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('cpu', 'rate', 'rate(x)', 'a=b')),
  filters: fc.array(filters, { maxLength: 3 }),
  reading: fc.constantFrom(...READINGS),
});
const queries: fc.Arbitrary<Query> = fc
  .record({
    mode: fc.constantFrom('builder' as const, 'sql' as const, 'promql' as const),
    builder: fc.record({
      selectors: fc.array(selectors, { minLength: 1, maxLength: 4 }),
      per: fc.constantFrom(...BUCKET_FUNCTIONS),
      across: fc.constantFrom(...ACROSS),
      by: fc.array(fc.string(), { maxLength: 3 }),
      formula: fc.string(),
      inputs: fc.boolean(),
    }),
    sql: fc.string(),
    promql: fc.record({
      expressions: fc.array(fc.record({ expr: fc.string(), legend: fc.string() }), {
        minLength: 1,
        maxLength: 3,
      }),
      instant: fc.boolean(),
    }),
  })
  .map((query) => ({
    ...query,
    sql: query.mode === 'sql' ? query.sql : '',
    promql: query.mode === 'promql' ? query.promql : EMPTY_PROMQL,
  }));

describe('links', () => {
  it('give every query back, through the text of a URL', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const params = new URLSearchParams('from=now-1h&s=old');
        writeQuery(query, params);
        const parsed = new URLSearchParams(params.toString());
        expect(readQuery(parsed)).toEqual(query);
        expect(parsed.get('from')).toBe('now-1h');
      }),
    );
  });

  it('read well', () => {
    const text = 'load=rate(net_bytes_sent{host="web-1",dc!~"eu.*"})';
    const selector = parseSelector(text);
    expect(selector).toEqual({
      alias: 'load',
      metric: 'net_bytes_sent',
      filters: [
        { tag: 'host', op: '=', value: 'web-1' },
        { tag: 'dc', op: '!~', value: 'eu.*' },
      ],
      reading: 'rate',
    });
    expect(selectorText(selector as Selector)).toBe(text);
  });

  it.each(['{', 'cpu{', 'cpu{a}', 'cpu{a="b"', 'cpu{a=b}', 'rate(cpu', '"\\x"', ''])(
    'leave out what cannot be read: %s',
    (text) => {
      expect(parseSelector(text)).toBeNull();
      const params = new URLSearchParams([['s', text]]);
      expect(readQuery(params)).toEqual(EMPTY_QUERY);
    },
  );

  it('are empty for an empty query', () => {
    const params = new URLSearchParams();
    writeQuery(EMPTY_QUERY, params);
    expect(params.toString()).toBe('');
  });
});
