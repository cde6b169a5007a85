import { expect, test } from 'vitest';
import { EMPTY_QUERY } from '../query/model';
import { DEFAULT_OPTIONS, type Panel } from './model';
import { shownPanels } from './repeat';
import type { Bound } from './useBindings';

const panel = (id: number, title: string, y: number, repeat = ''): Panel => ({
  id,
  title,
  layout: { x: 0, y, w: 6, h: 2 },
  query: EMPTY_QUERY,
  bucket: null,
  options: DEFAULT_OPTIONS,
  repeat,
});

const bound = (values: string[] | null): Bound => ({
  bindings: { host: { kind: 'values', values } },
  choices: { host: ['a', 'b', 'c'] },
  everywhere: [],
  known: true,
});

test('a panel is there for each value of its variable, and what is below goes down', () => {
  const panels = [panel(1, 'CPU of $host', 0, 'host'), panel(2, 'All: $host', 2)];
  const shown = shownPanels(panels, bound(null));
  expect(
    shown.map(({ key, panel: { title, layout } }) => [key, title, layout.x, layout.y]),
  ).toEqual([
    ['1:a', 'CPU of a', 0, 0],
    ['1:b', 'CPU of b', 6, 0],
    ['1:c', 'CPU of c', 0, 2],
    ['2', 'All: all', 0, 4],
  ]);
  expect(shown[1]?.bound.bindings.host).toEqual({ kind: 'values', values: ['b'] });
});

test('a choice of the variable is what it is repeated for; the value is named in any case', () => {
  const shown = shownPanels([panel(1, 'CPU', 0, 'host')], bound(['b']));
  expect(shown.map(({ panel: { title } }) => title)).toEqual(['CPU · b']);
  const other = shownPanels([panel(1, 'CPU', 0, 'none')], bound(['b']));
  expect(other.map(({ key, panel: { title } }) => [key, title])).toEqual([['1', 'CPU']]);
});
