import { expect, test } from 'vitest';
import { changesIn } from './marks';

const metric = (metric_id: number, slots: number) => ({
  metric_id,
  name: 'deploys',
  tags: { app: `a${metric_id}` },
  type: 1,
  step: 60,
  slots,
});

test('a change says from what to what; a series begins, unless its ring just reaches no further', () => {
  const range = { from: 10_000, to: 13_600 };
  const answer = {
    data: [
      [1, 1, 2, 3, 9],
      [12_000, 9_000, 10_100, 10_100, 11_000],
      [3, null, null, null, null],
      [4, 3, 1, 1, 1],
    ],
  };
  const metrics = [metric(1, 1440), metric(2, 1440), metric(3, 60)];
  expect(changesIn(answer, metrics, range).map(({ at, text }) => `${at} ${text}`)).toEqual([
    '12000 deploys{app="a1"}: 3 → 4',
    '10100 deploys{app="a2"} begins',
  ]);
});
