import { expect, test } from 'vitest';
import { toMarkdown } from './markdown';

test('Markdown escapes what would end a cell, and says what it leaves out', () => {
  const count = 102;
  const text = toMarkdown(
    {
      columns: [
        { name: 'bucket', type: 'bigint' },
        { name: 'metric_id', type: 'bigint' },
        { name: 'text', type: 'varchar' },
      ],
      data: [
        Array.from({ length: count }, (_, i) => 1_743_296_400 + i),
        Array.from({ length: count }, () => 7),
        Array.from({ length: count }, (_, i) => (i === 0 ? 'a|b\nc\\' : null)),
      ],
      metrics: new Map([[7, { name: 'cpu', tags: {} }]]),
    },
    'UTC',
  );
  const lines = text.split('\n');
  expect(lines.slice(0, 4)).toEqual([
    '| bucket | metric_id | series | text |',
    '| --- | --- | --- | --- |',
    '| 2025-03-30T01:00:00Z | 7 | cpu | a\\|b c\\\\ |',
    '| 2025-03-30T01:00:01Z | 7 | cpu |  |',
  ]);
  expect(lines.slice(-4)).toEqual(['| 2025-03-30T01:01:39Z | 7 | cpu |  |', '', '2 more rows', '']);
});
