import 'react-grid-layout/css/styles.css';
import { type ReactNode, useMemo } from 'react';
import { type Layout as GridItems, GridLayout, verticalCompactor } from 'react-grid-layout';
import { COLUMNS, type Layout, type Panel, ROW_PIXELS } from './model';
import classes from './Panel.module.css';

export interface GridProps {
  panels: readonly Panel[];
  width: number;
  editing: boolean;
  onLayouts: (layouts: ReadonlyMap<number, Layout>) => void;
  children: (panel: Panel) => ReactNode;
}

const GAP = 8;

/** Panels on a grid; while editing, they can be dragged by their head and resized. */
export default function Grid({ panels, width, editing, onLayouts, children }: GridProps) {
  const layout = useMemo(
    () => panels.map(({ id, layout }) => ({ i: String(id), ...layout })),
    [panels],
  );
  const report = (items: GridItems) => {
    const before = new Map(panels.map((panel) => [String(panel.id), panel.layout]));
    const isSame = items.every(({ i, x, y, w, h }) => {
      const old = before.get(i);
      return old && old.x === x && old.y === y && old.w === w && old.h === h;
    });
    if (editing && !isSame) {
      onLayouts(new Map(items.map(({ i, x, y, w, h }) => [Number(i), { x, y, w, h }])));
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
      {panels.map((panel) => (
        <div key={String(panel.id)}>{children(panel)}</div>
      ))}
    </GridLayout>
  );
}
