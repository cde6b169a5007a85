import { useCallback, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { ErrorBoundary } from '../app/ErrorBoundary';
import { useWidth } from '../app/useWidth';
import { ALL_VISIBLE } from '../chart/visibility';
import { isRunnable } from '../query/model';
import { useRun } from '../query/useRun';
import { endOf } from '../result/ends';
import { Progress } from '../result/Progress';
import { usePageTime } from '../time/TimeProvider';
import { InspectDialog } from './InspectDialog';
import classes from './Panel.module.css';
import { PanelBody } from './PanelBody';
import { PanelHead } from './PanelHead';
import { PanelNotice } from './PanelNotice';
import type { PanelActions } from './panelActions';
import type { ShownPanel } from './repeat';
import { useInView } from './useInView';
import { usePanelRequest } from './usePanelRequest';

export interface PanelViewProps {
  shown: ShownPanel;
  syncKey: string;
  editing: boolean;
  actions: PanelActions;
}

/** A panel of a dashboard. It asks only while it is in sight. */
export function PanelView({ shown, syncKey, editing, actions }: PanelViewProps) {
  const { key, panel, bound } = shown;
  const frame = useRef<HTMLElement>(null);
  const [body, width] = useWidth<HTMLDivElement>();
  const inView = useInView(frame);
  const { tick } = usePageTime();
  const [, navigate] = useLocation();
  const [visibility, setVisibility] = useState(ALL_VISIBLE);
  const [inspecting, setInspecting] = useState(false);
  const { query } = panel;
  const prepared = usePanelRequest(panel, width, bound);
  const { run, cancel } = useRun(prepared.request, tick, inView && bound.known);
  const onKey = useCallback(
    (event: React.KeyboardEvent) => {
      if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) {
        return;
      }
      if (event.key === 'e' && !actions.readOnly) {
        navigate(actions.editPath(panel));
      } else if (event.key === 'v') {
        actions.view(key);
      }
    },
    [actions, panel, key, navigate],
  );
  return (
    <section
      ref={frame}
      className={classes.panel}
      aria-label={panel.title || 'Panel'}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys e and v act on the focused panel
      tabIndex={0}
      onKeyDown={onKey}
      data-panel={panel.id}
      data-end={endOf(run)}
    >
      <PanelHead
        shown={shown}
        run={run}
        matches={prepared.matches}
        editing={editing}
        actions={actions}
        onInspect={() => setInspecting(true)}
      />
      <Progress run={run} onCancel={cancel} />
      <div className={classes.body} ref={body}>
        <PanelNotice run={run} error={prepared.error} isRunnable={isRunnable(query)} />
        <div className={classes.content} data-running={run.phase === 'running'}>
          <ErrorBoundary>
            <PanelBody
              panel={panel}
              run={run}
              matches={prepared.matches}
              visibility={visibility}
              onVisibility={setVisibility}
              syncKey={syncKey}
              onTable={() => setInspecting(true)}
            />
          </ErrorBoundary>
        </div>
      </div>
      {inspecting && <InspectDialog panel={panel} run={run} onClose={() => setInspecting(false)} />}
    </section>
  );
}
