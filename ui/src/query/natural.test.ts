import { expect, test } from 'vitest';
import { compareNaturally } from './natural';

test.each([
  [['ns-1', 'ns-2', 'ns-10']],
  [['0.005', '0.01', '0.1', '1', '2.5', '10', '+Inf']],
  [['x{le="0.005"}', 'x{le="0.01"}', 'x{le="1"}', 'x{le="+Inf"}']],
  [['le=0.25 path=/', 'le=0.5 path=/', 'le=+Inf path=/']],
  [['v1.2.9', 'v1.2.10', 'v1.10.0']],
  [['a.b', 'a.c', 'ab']],
])('%j is in order', (sorted) => {
  expect([...sorted].reverse().sort(compareNaturally)).toEqual(sorted);
});
