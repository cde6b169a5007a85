import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compacted, type Direction, moved, type Placed, resized } from './layout';
import { readDefinition } from './read';

const place = (id: number, x: number, y: number, w = 6, h = 3): Placed => ({
  id,
  layout: { x, y, w, h },
});

function overlaps(a: Placed, b: Placed): boolean {
  const [p, q] = [a.layout, b.layout];
  return p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h;
}

describe('panels on the grid', () => {
  test('move by one step, change places, and stay inside', () => {
    const items = [place(1, 0, 0), place(2, 0, 3)];
    expect(moved(items, 1, 'left')[0]?.layout.x).toBe(0);
    expect(moved(items, 1, 'right')[0]?.layout.x).toBe(1);
    expect(moved(items, 2, 'up').map(({ layout }) => layout.y)).toEqual([3, 0]);
    expect(moved(items, 1, 'down').map(({ layout }) => layout.y)).toEqual([3, 0]);
    expect(resized(items, 1, 'right')[0]?.layout.w).toBe(7);
    expect(resized([place(1, 0, 0, 12)], 1, 'right')[0]?.layout.w).toBe(12);
    expect(resized([place(1, 0, 0, 1, 1)], 1, 'up')[0]?.layout.h).toBe(1);
  });

  test('never overlap and never leave the grid, whatever is done to them', () => {
    const item = fc
      .record({
        x: fc.nat(11),
        y: fc.nat(8),
        w: fc.integer({ min: 1, max: 12 }),
        h: fc.integer({ min: 1, max: 4 }),
      })
      .map((layout) => ({ ...layout, x: Math.min(layout.x, 12 - layout.w) }));
    const direction = fc.constantFrom<Direction>('left', 'right', 'up', 'down');
    const step = fc.tuple(fc.boolean(), fc.nat(5), direction);
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), fc.array(step), (all, steps) => {
        let items: Placed[] = compacted(all.map((layout, id) => ({ id, layout })));
        for (const [size, at, to] of steps) {
          const id = at % items.length;
          items = size ? resized(items, id, to) : moved(items, id, to);
        }
        for (const a of items) {
          expect(a.layout.x).toBeGreaterThanOrEqual(0);
          expect(a.layout.x + a.layout.w).toBeLessThanOrEqual(12);
          expect(items.filter((b) => b.id !== a.id && overlaps(a, b))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a stored definition', () => {
  test('of the original UI becomes panels of this one', () => {
    const read = readDefinition({
      panels: [
        {
          id: 3,
          title: 'Old',
          layout: { x: 6, y: 0, w: 6, h: 2 },
          range: 900,
          sql: 'WITH selector_map AS (SELECT 1)',
          query: {
            selectors: [
              {
                alias: 'A',
                metric: 'sent',
                tags: [{ key: 'host', op: '!=', value: 'a' }],
                transform: { op: 'rate' },
              },
            ],
            aggregator: 'sum',
            groupBy: ['dc'],
            expression: 'A * 8',
          },
        },
        { title: 'Own SQL', sql: 'SELECT ts FROM samples WHERE ts > <start_ts>' },
      ],
    });
    expect(read.time).toEqual({ from: 'now-900s', to: 'now' });
    expect(read.panels).toMatchObject([
      {
        id: 3,
        layout: { x: 6, y: 0, w: 6, h: 2 },
        query: {
          mode: 'builder',
          builder: {
            selectors: [
              {
                metric: 'sent',
                reading: 'rate',
                filters: [{ tag: 'host', op: '!=', value: 'a' }],
              },
            ],
            across: 'sum',
            by: ['dc'],
            formula: 'A * 8',
          },
        },
      },
      { query: { mode: 'sql', sql: 'SELECT ts FROM samples WHERE ts > {{start_ts}}' } },
    ]);
  });

  test('that makes no sense becomes an empty dashboard', () => {
    for (const nonsense of [null, 3, 'x', [], { version: 1, panels: 'none' }]) {
      expect(readDefinition(nonsense).panels).toEqual([]);
    }
  });
});
