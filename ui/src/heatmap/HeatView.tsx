import { lazy, Suspense, useMemo } from 'react';
import classes from '../chart/chart.module.css';
import { EventFlags } from '../chart/EventFlags';
import { type ChartEvent, eventsIn } from '../chart/events';
import type { Unit } from '../chart/units';
import type { Outcome } from '../query/execute';
import type { Range } from '../time/range';
import type { Zone } from '../time/zone';
import { heatmapOf } from './heatmap';

const HeatChart = lazy(() => import('./HeatChart'));
const NONE: readonly ChartEvent[] = [];

export interface HeatViewProps {
  outcome: Outcome;
  unit: Unit;
  zone: Zone;
  title: string;
  state: string;
  events?: readonly ChartEvent[];
  onEvent?: ((note: number) => void) | undefined;
  syncKey?: string | undefined;
  onZoom: (range: Range) => void;
  onZoomOut: () => void;
  onHover: (hovering: boolean) => void;
}

/** A histogram over time, with what its shades mean. */
export function HeatView(props: HeatViewProps) {
  const { outcome, events = NONE } = props;
  const { range, bucket } = outcome.request;
  const map = useMemo(() => heatmapOf(outcome.series), [outcome.series]);
  const shown = useMemo(() => eventsIn(events, range), [events, range]);
  return (
    <div
      className={classes.view}
      data-state={props.state}
      data-series={map.bounds.length}
      data-points={map.counts.reduce((sum, row) => sum + row.filter((n) => n !== null).length, 0)}
      data-from={range.from}
      data-to={range.to}
      data-bucket={bucket}
      data-most={map.most}
    >
      {map.bounds.length === 0 ? (
        <p className="dim" role="status">
          A heatmap shows the buckets of a histogram: series with a tag le, read as quantiles or by
          a PromQL rate.
        </p>
      ) : (
        <div className={classes.frame}>
          <Suspense fallback={<div className={classes.chart} />}>
            <HeatChart {...props} map={map} range={range} bucket={bucket} events={shown} />
          </Suspense>
          {shown.length > 0 && (
            <EventFlags events={shown} range={range} zone={props.zone} onOpen={props.onEvent} />
          )}
        </div>
      )}
    </div>
  );
}
