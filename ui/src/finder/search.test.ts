import { describe, expect, test } from 'vitest';
import { chosenValues, fits, needsTags, parseSearch, searchSql, withToggled } from './search';

const METRIC = {
  metric_id: 1,
  name: 'fleet_net_bytes',
  tags: { host: 'web-03', role: 'web' },
  type: 1,
  step: 1,
  slots: 1,
};
const TAGS = { host: ['web-03', 'db-1'], role: ['web', 'db', 'cache'], pod: ['pod-77'] };

describe('a search', () => {
  test.each([
    ['fleet net', true],
    ['net FLEET', true],
    ['fleet disk', false],
    ['web-03', true],
    ['bytes host=web-03', true],
    ['host=web-0', false],
    ['host!=web-03', false],
    ['role=~web|db', true],
    ['role!~web|db', false],
    ['pod=', true],
    ['pod=77', false],
    ['pod!=77', true],
    ['role!=', true],
    ['pod!=', false],
    ['"fleet_net"', true],
    ['host="web-03"', true],
    ['', true],
  ])('for %s', (text, expected) => {
    expect(fits(METRIC, parseSearch(text))).toBe(expected);
  });

  test('needs tags only where names do not tell', () => {
    expect(needsTags(parseSearch('fleet net'), TAGS)).toBe(false);
    expect(needsTags(parseSearch('pod-77'), TAGS)).toBe(true);
    expect(needsTags(parseSearch('host=x'), TAGS)).toBe(true);
  });

  test('becomes a condition in which nothing typed is SQL', () => {
    expect(searchSql(parseSearch("a_%' role=~web|db"), TAGS)).toBe(
      `WHERE (lower(name) LIKE '%a!_!%''%' ESCAPE '!' OR metric_id IN (SELECT metric_id FROM metric_tags WHERE lower(tag_value) LIKE '%a!_!%''%' ESCAPE '!'))
  AND metric_id IN (SELECT metric_id FROM metric_tags WHERE tag_key = 'role' AND tag_value IN ('web', 'db'))`,
    );
    expect(searchSql(parseSearch('role!=web'), TAGS)).toContain('OR NOT metric_id IN');
    expect(searchSql(parseSearch('role=none'), TAGS)).toBe('WHERE FALSE');
    expect(searchSql(parseSearch(' '), TAGS)).toBe('');
  });
});

test('a value of a tag is added to a search, and taken from it', () => {
  const one = withToggled('cpu', 'host', 'web-1');
  expect(one).toBe('cpu host=web-1');
  const two = withToggled(one, 'host', 'a.b c');
  expect(two).toBe('cpu host=~"web-1|a\\.b c"');
  expect(chosenValues(two, 'host')).toEqual(['web-1', 'a.b c']);
  expect(withToggled(two, 'host', 'web-1')).toBe('cpu host="a.b c"');
  expect(withToggled(one, 'host', 'web-1')).toBe('cpu');
  expect(withToggled('host!=x host=~we.*', 'host', 'y')).toBe('host!=x host=y');
  expect(chosenValues('host=~we.*', 'host')).toEqual([]);
});
