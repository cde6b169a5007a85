import { expect, test } from 'vitest';
import { askedOf, listed, taken } from './choices';

test.each([
  ['label_values(host)', { kind: 'label', selector: '', label: 'host' }],
  [
    'label_values(up{job=~"a,b", x="y"}, host)',
    { kind: 'label', selector: 'up{job=~"a,b", x="y"}', label: 'host' },
  ],
  ['query_result(topk(3, up))', { kind: 'result', expression: 'topk(3, up)' }],
  ['metrics(node_.*)', { kind: 'metrics', pattern: 'node_.*' }],
  ['label_names()', null],
  ['label_values(a b)', null],
])('%s', (query, asked) => {
  expect(askedOf(query)).toEqual(asked);
});

test('a pattern takes a part of the values, each once', () => {
  expect(taken(['a:1', 'a:2', 'b'], '/(.*):\\d/')).toEqual(['a']);
  expect(taken(['a', 'b', 'a', ''], '')).toEqual(['a', 'b']);
  expect(taken(['up{host="x"} 1 2'], '/host="(?<value>[^"]+)"/')).toEqual(['x']);
  expect(taken(['A', 'b'], '/a/i')).toEqual(['A']);
  expect(taken(['a'], '(')).toEqual(['a']);
});

test('a list', () => {
  expect(listed('a, b,,c ')).toEqual(['a', 'b', 'c']);
});
