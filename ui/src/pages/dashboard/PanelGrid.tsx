import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { useWidth } from '../../app/useWidth';
import { ArrangeBar } from '../../dashboard/ArrangeBar';
import type { Draft } from '../../dashboard/drafts';
import { moved, resized } from '../../dashboard/layout';
import type { Layout, Panel } from '../../dashboard/model';
import classes from '../../dashboard/Panel.module.css';
import { PanelView } from '../../dashboard/PanelView';
import type { PanelActions } from '../../dashboard/panelActions';
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
  const { draft, editing, onPanels } = props;
  const { panels } = draft.definition;
  const [ref, width] = useWidth<HTMLDivElement>();
  const setLayouts = (layouts: ReadonlyMap<number, Layout>) =>
    onPanels(panels.map((panel) => ({ ...panel, layout: layouts.get(panel.id) ?? panel.layout })));
  return (
    <div ref={ref}>
      {panels.length === 0 && <NoPanels />}
      {width > 0 && width < NARROW_PIXELS && (
        <div className={classes.stacked}>
          {inReadingOrder(panels).map((panel) => (
            <div key={panel.id} style={{ height: Math.max(110, panel.layout.h * ROW_HEIGHT) }}>
              <OnePanel {...props} panel={panel} />
            </div>
          ))}
        </div>
      )}
      {width >= NARROW_PIXELS && (
        <Suspense fallback={null}>
          <Grid panels={panels} width={width} editing={editing} onLayouts={setLayouts}>
            {(panel) => <OnePanel {...props} panel={panel} />}
          </Grid>
        </Suspense>
      )}
    </div>
  );
}

function OnePanel(props: PanelGridProps & { panel: Panel }) {
  const { draft, panel, arranged, onArranged, onPanels } = props;
  const { panels } = draft.definition;
  return (
    <>
      <PanelView
        panel={panel}
        bound={props.bound}
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

function inReadingOrder(panels: readonly Panel[]): Panel[] {
  return [...panels].sort((a, b) => a.layout.y - b.layout.y || a.layout.x - b.layout.x);
}
