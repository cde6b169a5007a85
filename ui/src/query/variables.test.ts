import { expect, test } from 'vitest';
import type { TagFilter } from './model';
import { type Bindings, bindFilters, bindSql, bindTitle } from './variables';

const BINDINGS: Bindings = {
  host: { kind: 'values', values: ['web-1', 'db.1'] },
  one: { kind: 'values', values: ["o'ne"] },
  all: { kind: 'values', values: null },
  word: { kind: 'text', text: 'eu-.*' },
  nothing: { kind: 'text', text: '' },
  every: { kind: 'interval', seconds: 300 },
  auto: { kind: 'interval', seconds: null },
};

test.each<[TagFilter, TagFilter[]]>([
  [{ tag: 'h', op: '=', value: '$host' }, [{ tag: 'h', op: '=~', value: 'web-1|db\\.1' }]],
  [{ tag: 'h', op: '!=', value: '$host' }, [{ tag: 'h', op: '!~', value: 'web-1|db\\.1' }]],
  [{ tag: 'h', op: '=', value: '$one' }, [{ tag: 'h', op: '=', value: "o'ne" }]],
  [{ tag: 'h', op: '=', value: '$all' }, []],
  [{ tag: 'h', op: '=~', value: '$word' }, [{ tag: 'h', op: '=~', value: 'eu-.*' }]],
  [{ tag: 'h', op: '=', value: '$word' }, [{ tag: 'h', op: '=', value: 'eu-.*' }]],
  [{ tag: 'h', op: '=', value: '$nothing' }, []],
  [{ tag: 'h', op: '=', value: '$unknown' }, [{ tag: 'h', op: '=', value: '$unknown' }]],
])('a filter %j', (filter, bound) => {
  expect(bindFilters([filter], BINDINGS)).toEqual(bound);
});

test('SQL and titles', () => {
  const choices = { all: ['a', 'b'], none: [] };
  const sql = 'h IN ($host) OR h IN ($all) OR h = $word OR h = $one, $every, $auto, $other';
  expect(bindSql(sql, BINDINGS, choices)).toBe(
    "h IN ('web-1', 'db.1') OR h IN ('a', 'b') OR h = 'eu-.*' OR h = 'o''ne', 300, {{bucket}}, $other",
  );
  const none: Bindings = { none: { kind: 'values', values: null } };
  expect(bindSql('IN ($none)', none, choices)).toBe('IN (NULL)');
  expect(bindTitle('$host of $all, $word each $every or $auto', BINDINGS)).toBe(
    'web-1, db.1 of all, eu-.* each 5 m or auto',
  );
});
