import { ChartView } from '../chart/ChartView';
import type { ChartOptions } from '../chart/options';
import type { Visibility } from '../chart/visibility';
import { HeatView } from '../heatmap/HeatView';
import type { Outcome } from '../query/execute';
import { timeColumn } from '../query/frame';
import { openFrom } from '../query/openFrom';
import type { Run } from '../query/useRun';
import type { Matches } from '../query/useSelectors';
import { endOf, shownOutcome } from '../result/ends';
import { useRing } from '../ring/useRing';
import { LazySeriesTable, LazyTable } from '../table/LazyTable';
import { absoluteText, zoomOut } from '../time/range';
import { usePageTime } from '../time/TimeProvider';
import { useEvents } from './EventsContext';
import type { Panel } from './model';
import { StatView } from './StatView';

export interface PanelBodyProps {
  panel: Panel;
  run: Run;
  matches: ReadonlyMap<string, Matches> | undefined;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  syncKey?: string | undefined;
  onTable?: (() => void) | undefined;
}

/** The last result of a panel, as its options say. */
export function PanelBody(props: PanelBodyProps) {
  const { panel, run } = props;
  const time = usePageTime();
  const events = useEvents();
  const outcome = shownOutcome(run);
  const { type } = panel.options;
  const isLine = type !== 'stat' && type !== 'table' && type !== 'heatmap';
  const ring = useRing(props.matches, outcome !== null && isLine);
  if (!outcome) {
    return null;
  }
  const { options } = panel;
  const hasTimes = timeColumn(outcome.answer.columns) >= 0;
  if (options.type === 'table' && options.rows === 'series' && hasTimes) {
    return <LazySeriesTable outcome={outcome} options={options} />;
  }
  if (options.type === 'table' || !hasTimes) {
    return <LazyTable outcome={outcome} zone={time.zone} />;
  }
  if (options.type === 'stat') {
    return <StatView outcome={outcome} options={options} state={endOf(run)} />;
  }
  const { request } = outcome;
  const zoomOutHere = () =>
    time.setRange(zoomOut(absoluteText(request.range), { now: 0, zone: 'UTC' }));
  if (options.type === 'heatmap') {
    return (
      <HeatView
        outcome={outcome}
        unit={options.unit}
        zone={time.zone}
        title={panel.title}
        state={endOf(run)}
        events={events.events}
        onEvent={events.onOpen}
        syncKey={props.syncKey}
        onZoom={time.zoomTo}
        onZoomOut={zoomOutHere}
        onHover={time.setHovering}
      />
    );
  }
  return (
    <ChartView
      series={outcome.series}
      range={request.range}
      bucket={knownBucket(panel, outcome)}
      openFrom={openFrom(outcome)}
      ring={ring}
      events={events.events}
      onNote={events.onNote}
      onEvent={events.onOpen}
      options={options as ChartOptions}
      zone={time.zone}
      title={panel.title}
      state={endOf(run)}
      visibility={props.visibility}
      onVisibility={props.onVisibility}
      syncKey={props.syncKey}
      onZoom={time.zoomTo}
      onZoomOut={zoomOutHere}
      onHover={time.setHovering}
      onTable={props.onTable}
    />
  );
}

/** Hand-written SQL may use buckets of its own. */
function knownBucket(panel: Panel, outcome: Outcome): number | null {
  return panel.query.mode === 'sql' ? null : outcome.request.bucket;
}
