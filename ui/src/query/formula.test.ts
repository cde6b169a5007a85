import { describe, expect, it } from 'vitest';
import { aliasesIn, FormulaError, formulaSql, parseFormula } from './formula';

const sql = (text: string) => formulaSql(parseFormula(text), (alias) => `"${alias}"`);

describe('formulas', () => {
  it.each([
    ['(A * 5 + B) / 2', '("A" * 5.0 + "B") / 2.0'],
    ['A-B-C', '"A" - "B" - "C"'],
    ['A-(B-C)', '"A" - ("B" - "C")'],
    ['A/(B*C)', '"A" / ("B" * "C")'],
    ['A + B * C', '"A" + "B" * "C"'],
    ['-A + 1', '-"A" + 1.0'],
    ['-(A + 1)', '-("A" + 1.0)'],
    ['- -A', '-(-"A")'],
    ['-A ^ 2', '-power("A", 2.0)'],
    ['2 ^ -1', 'power(2.0, -1.0)'],
    ['2 ^ 3 ^ 2', 'power(2.0, power(3.0, 2.0))'],
    ['A % 7 * 2', 'mod("A", 7.0) * 2.0'],
    ['1.5e3 * .5', '1500.0 * 0.5'],
    ['max(A, B, 0)', 'greatest("A", "B", 0.0)'],
    ['coalesce(sent_rate, 0) * 8', 'coalesce("sent_rate", 0.0) * 8.0'],
    ['1e300*A', '1e300 * "A"'],
  ])('%s', (text, expected) => {
    expect(sql(text)).toBe(expected);
  });

  it.each([
    ['', 'the formula ends too early', 0],
    ['A +', 'the formula ends too early', 3],
    ['A B', '"B" is not expected here', 2],
    ['(A', '")" is missing here', 2],
    ['A $ B', '"$" is not expected here', 2],
    ['A)', '")" is not expected here', 1],
    ['nope(A)', 'there is no function nope', 0],
    ['clamp(A)', 'clamp takes 3 arguments, not 1', 0],
    ['round()', 'round takes 1 to 2 arguments, not 0', 0],
  ])('refuses "%s"', (text, message, offset) => {
    let error: unknown;
    try {
      parseFormula(text);
    } catch (e) {
      error = e;
    }
    expect(error).toBeInstanceOf(FormulaError);
    expect(error).toMatchObject({ message, offset });
  });

  it('do not nest without bound', () => {
    expect(() => parseFormula(`${'('.repeat(500)}A${')'.repeat(500)}`)).toThrow('too deeply');
    expect(() => parseFormula('-'.repeat(500))).toThrow('too deeply');
  });

  it('tell which aliases they read', () => {
    expect(aliasesIn(parseFormula('max(A, -B) + A / C'))).toEqual(['A', 'B', 'C']);
  });
});
