import 'react-grid-layout/css/styles.css';
import { type ReactNode, useMemo } from 'react';
import { type Layout as GridItems, GridLayout, verticalCompactor } from 'react-grid-layout';
import { COLUMNS, type Layout, ROW_PIXELS } from './model';
import classes from './Panel.module.css';
import type { ShownPanel } from './repeat';

export interface GridProps {
  panels: readonly ShownPanel[];
  width: number;
  editing: boolean;
  /** Told by key. */
  onLayouts: (layouts: ReadonlyMap<string, Layout>) => void;
  children: (panel: ShownPanel) => ReactNode;
}

const GAP = 8;

/** Panels on a grid; while editing, they can be dragged by their head and resized. */
export default function Grid({ panels, width, editing, onLayouts, children }: GridProps) {
  const layout = useMemo(
    () => panels.map(({ key, panel }) => ({ i: key, ...panel.layout })),
    [panels],
  );
  const report = (items: GridItems) => {
    const before = new Map(panels.map(({ key, panel }) => [key, panel.layout]));
    const isSame = items.every(({ i, x, y, w, h }) => {
      const old = before.get(i);
      return old && old.x === x && old.y === y && old.w === w && old.h === h;
    });
    if (editing && !isSame) {
      onLayouts(new Map(items.map(({ i, x, y, w, h }) => [i, { x, y, w, h }])));
    }
  };
  return (
    <GridLayout
      className={classes.grid ?? ''}
      width={width}
      layout={layout}
      gridConfig={{
        cols: COLUMNS,
        rowHeight: ROW_PIXELS,
        margin: [GAP, GAP],
        containerPadding: [0, 0],
      }}
      dragConfig={{ enabled: editing, handle: 'header', cancel: '.no-drag' }}
      resizeConfig={{ enabled: editing, handles: ['se'] }}
      compactor={verticalCompactor}
      onLayoutChange={report}
    >
      {panels.map((shown) => (
        <div key={shown.key}>{children(shown)}</div>
      ))}
    </GridLayout>
  );
}
