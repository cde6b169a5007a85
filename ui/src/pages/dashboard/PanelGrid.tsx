import { Button } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { Link } from 'wouter';
import { useWidth } from '../../app/useWidth';
import { ArrangeBar } from '../../dashboard/ArrangeBar';
import type { Draft } from '../../dashboard/drafts';
import { moved, resized } from '../../dashboard/layout';
import type { Layout, Panel } from '../../dashboard/model';
import classes from '../../dashboard/Panel.module.css';
import { PanelView } from '../../dashboard/PanelView';
import type { PanelActions } from '../../dashboard/panelActions';
import { leftOut, type ShownPanel, shownPanels } from '../../dashboard/repeat';
import type { Bound } from '../../dashboard/useBindings';

const Grid = lazy(() => import('../../dashboard/Grid'));

/** Below this, panels lie one under the other. */
const NARROW_PIXELS = 700;
const ROW_HEIGHT = 100;

export interface PanelGridProps {
  draft: Draft;
  bound: Bound;
  editing: boolean;
  actions: PanelActions;
  /** The panel that is moved by keys and buttons. */
  arranged: number | null;
  onArranged: (id: number | null) => void;
  onPanels: (panels: Panel[]) => void;
}

/** All panels of a dashboard. */
export function PanelGrid(props: PanelGridProps) {
  const { draft, bound, editing, onPanels } = props;
  const { panels } = draft.definition;
  // What is arranged is what is stored: a repeated panel is there once.
  const shown = useMemo(
    () =>
      editing
        ? panels.map((panel) => ({ key: String(panel.id), panel, bound }))
        : shownPanels(panels, bound),
    [panels, bound, editing],
  );
  const missing = editing ? 0 : leftOut(panels, bound);
  const [ref, width] = useWidth<HTMLDivElement>();
  const setLayouts = (layouts: ReadonlyMap<string, Layout>) =>
    onPanels(
      panels.map((panel) => ({
        ...panel,
        layout: layouts.get(String(panel.id)) ?? panel.layout,
      })),
    );
  return (
    <div ref={ref}>
      {panels.length === 0 && <NoPanels />}
      {width > 0 && width < NARROW_PIXELS && (
        <div className={classes.stacked}>
          {inReadingOrder(shown).map((one) => (
            <div key={one.key} style={{ height: Math.max(110, one.panel.layout.h * ROW_HEIGHT) }}>
              <OnePanel {...props} shown={one} />
            </div>
          ))}
        </div>
      )}
      {width >= NARROW_PIXELS && (
        <Suspense fallback={null}>
          <Grid panels={shown} width={width} editing={editing} onLayouts={setLayouts}>
            {(one) => <OnePanel {...props} shown={one} />}
          </Grid>
        </Suspense>
      )}
      {missing > 0 && (
        <p className="dim" role="status">
          {missing.toLocaleString('en')} repeated panels are left out. Choose fewer values.
        </p>
      )}
    </div>
  );
}

function OnePanel(props: PanelGridProps & { shown: ShownPanel }) {
  const { draft, shown, arranged, onArranged, onPanels } = props;
  const { panels } = draft.definition;
  const { panel } = shown;
  return (
    <>
      <PanelView
        shown={shown}
        syncKey={draft.slug}
        editing={props.editing}
        actions={props.actions}
      />
      {arranged === panel.id && (
        <ArrangeBar
          panel={panel}
          onMove={(to) => onPanels(moved(panels, panel.id, to))}
          onResize={(to) => onPanels(resized(panels, panel.id, to))}
          onDone={() => onArranged(null)}
        />
      )}
    </>
  );
}

function NoPanels() {
  return (
    <div className={classes.panel}>
      <p>This dashboard has no panels yet.</p>
      <div>
        <Button component={Link} href="/explore">
          Find something in Explore
        </Button>
      </div>
    </div>
  );
}

function inReadingOrder(panels: readonly ShownPanel[]): ShownPanel[] {
  return [...panels].sort(
    ({ panel: a }, { panel: b }) => a.layout.y - b.layout.y || a.layout.x - b.layout.x,
  );
}
