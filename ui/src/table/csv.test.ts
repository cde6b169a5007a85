import { describe, expect, test } from 'vitest';
import type { CellSource } from './cells';
import { toCsv } from './csv';

const SOURCE: CellSource = {
  columns: [
    { name: 'ts', type: 'bigint' },
    { name: 'metric_id', type: 'bigint' },
    { name: 'a, "b"', type: 'varchar' },
    { name: 'value', type: 'double' },
  ],
  data: [
    [1_743_296_400, 1_743_300_000],
    [7, 8],
    ['two\nlines', ''],
    [0.1, null],
  ],
  metrics: new Map([[7, { name: 'cpu', tags: { host: 'a' } }]]),
};

describe('CSV', () => {
  test('quotes what needs it, leaves null empty, and names what ids stand for', () => {
    expect(toCsv(SOURCE, 'UTC').split('\r\n')).toEqual([
      'ts,metric_id,series,"a, ""b""",value',
      '2025-03-30T01:00:00Z,7,"cpu{host=""a""}","two\nlines",0.1',
      '2025-03-30T02:00:00Z,8,,"",',
      '',
    ]);
  });

  test('lets no text begin as a formula and leaves numbers alone', () => {
    const texts = ['=1+1', '+1', '-1', '@a', '\t=1', '\r=1', '＝1', 'a=1'];
    const source: CellSource = {
      columns: [
        { name: '=cmd', type: 'varchar' },
        { name: 'value', type: 'double' },
      ],
      data: [texts, texts.map((_, i) => -i - 0.5)],
      metrics: new Map(),
    };
    expect(toCsv(source, 'UTC').split('\r\n')).toEqual([
      "'=cmd,value",
      "'=1+1,-0.5",
      "'+1,-1.5",
      "'-1,-2.5",
      "'@a,-3.5",
      "'\t=1,-4.5",
      `"'\r=1",-5.5`,
      "'＝1,-6.5",
      'a=1,-7.5',
      '',
    ]);
  });

  test('has times with the offset of the zone at that time', () => {
    const night = {
      ...SOURCE,
      data: [
        [1_743_292_800, 1_743_296_400],
        [7, 7],
        ['', ''],
        [1, 2],
      ],
    };
    const text = toCsv(night, 'Europe/Berlin');
    expect(text).toContain('2025-03-30T01:00:00+01:00');
    expect(text).toContain('2025-03-30T03:00:00+02:00');
  });
});
