import { expect, it } from 'vitest';
import { clockTime } from './clock';

const at = (hour: number) => ({ year: 2026, month: 1, day: 15, hour, minute: 5, second: 9 });

it('counts to 24, or twice to twelve', () => {
  expect(clockTime(at(0), '24h', false)).toBe('00:05');
  expect(clockTime(at(17), '24h', true)).toBe('17:05:09');
  expect(clockTime(at(0), '12h', false)).toBe('12:05 am');
  expect(clockTime(at(12), '12h', false)).toBe('12:05 pm');
  expect(clockTime(at(17), '12h', true)).toBe('5:05:09 pm');
});
