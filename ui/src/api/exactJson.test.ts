import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer, stringifyExact } from './exactJson';

function answer(column: string, ...columns: { name: string; type: string }[]): string {
  return `{"columns":${JSON.stringify(columns)},"data":[${column}],"count":1,"stats":{"rows":1}}`;
}
const BIGINT = { name: 'n', type: 'bigint' };

describe('an answer', () => {
  it('keeps every digit of a whole number', () => {
    const text = answer('[9007199254740993,-9223372036854775808,12,null]', BIGINT);
    const { data } = parseAnswer(text);
    expect(data[0]).toEqual([9007199254740993n, -9223372036854775808n, 12, null]);
    expect(stringifyExact(data)).toBe('[[9007199254740993,-9223372036854775808,12,null]]');
  });

  it('leaves texts and doubles alone, whatever digits they hold', () => {
    const texts = '["9007199254740993","a \\"9007199254740993, 1",9007199254740993]';
    const found = parseAnswer(answer(texts, { name: 't', type: 'varchar' }));
    expect(found.data[0]?.slice(0, 2)).toEqual(['9007199254740993', 'a "9007199254740993, 1']);
    const doubles = '[0.12345678901234567,12345678901234567.5,1e300,9007199254740993]';
    expect(parseAnswer(answer(doubles, { name: 'd', type: 'double' })).data[0]).toEqual(
      JSON.parse(doubles),
    );
  });

  it('has maps as their JSON', () => {
    const maps = '[{"host":"a \\"b\\"","id":"9007199254740993"},null]';
    const both = maps.replace(']', ',{"n":9007199254740993}]');
    const found = parseAnswer(answer(maps, { name: 'labels', type: 'map' }));
    expect(found.data[0]).toEqual(['{"host":"a \\"b\\"","id":"9007199254740993"}', null]);
    expect(parseAnswer(answer(both, { name: 'l', type: 'map' })).data[0]).toEqual([
      ...(found.data[0] ?? []),
      '{"n":9007199254740993}',
    ]);
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (numbers) => {
        const text = answer(`[${numbers.join(',')}]`, BIGINT);
        expect(parseAnswer(text).data[0]?.map(String)).toEqual(numbers.map(String));
      }),
    );
  });
});
