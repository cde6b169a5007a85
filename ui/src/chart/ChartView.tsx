import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { fullName, type Series, shortNames } from '../query/frame';
import type { Range } from '../time/range';
import type { Zone } from '../time/zone';
import classes from './chart.module.css';
import { assignLooks } from './colours';
import { type Entry, Legend } from './Legend';
import type { ChartOptions } from './options';
import { TimeChart } from './TimeChart';
import { isShown, type Visibility } from './visibility';

export interface ChartViewProps {
  series: readonly Series[];
  range: Range;
  bucket: number | null;
  /** Buckets that start later are still filling; null if all are full, or it does not matter. */
  openFrom?: number | null;
  options: ChartOptions;
  zone: Zone;
  title: string;
  /** What tests and screen readers learn of the chart's state. */
  state: string;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  syncKey?: string | undefined;
  onZoom: (range: Range) => void;
  onZoomOut: () => void;
  onHover: (hovering: boolean) => void;
  /** Shows the same rows as a table: the way to them without a pointer. */
  onTable?: (() => void) | undefined;
}

/** More lines than this help nobody until somebody asks for them. */
const MOST_SERIES = 50;

/** A chart with its legend. */
export function ChartView(props: ChartViewProps) {
  const { options, visibility } = props;
  const [all, setAll] = useState(false);
  const tooMany = props.series.length > MOST_SERIES && !all;
  const series = useMemo(
    () => (tooMany ? props.series.slice(0, MOST_SERIES) : props.series),
    [props.series, tooMany],
  );
  const entries = useMemo(() => entriesOf(series), [series]);
  const shown = useMemo(
    () => entries.filter((entry) => isShown(visibility, entry.id)),
    [entries, visibility],
  );
  const { openFrom = null } = props;
  const hidesOpen = options.unfinished === 'hidden' && openFrom !== null;
  const drawn = useMemo(
    () => shown.map(({ series }) => (hidesOpen ? upTo(series, openFrom) : series)),
    [shown, hidesOpen, openFrom],
  );
  return (
    <div
      className={classes.view}
      data-state={props.state}
      data-series={drawn.length}
      data-points={drawn.reduce((sum, one) => sum + one.ys.filter((y) => y !== null).length, 0)}
      data-from={props.range.from}
      data-to={props.range.to}
      data-bucket={props.bucket ?? ''}
      data-open-from={openFrom ?? ''}
    >
      {tooMany && (
        <p className={classes.tooMany} role="status">
          The first {MOST_SERIES} of {props.series.length} series.{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => setAll(true)}>
            Show all
          </Button>
        </p>
      )}
      {props.onTable && (
        <button type="button" className={classes.asTable} onClick={props.onTable}>
          View as table
        </button>
      )}
      <TimeChart
        series={drawn}
        names={shown.map((entry) => entry.name)}
        looks={shown.map((entry) => entry.look)}
        range={props.range}
        bucket={props.bucket}
        openFrom={openFrom}
        options={options}
        zone={props.zone}
        title={props.title}
        syncKey={props.syncKey}
        onZoom={props.onZoom}
        onZoomOut={props.onZoomOut}
        onHover={props.onHover}
      />
      {options.legend !== 'hidden' && (
        <Legend
          entries={entries}
          options={options}
          visibility={visibility}
          onChange={props.onVisibility}
        />
      )}
    </div>
  );
}

/** What lies in full buckets. */
function upTo(series: Series, last: number): Series {
  const count = series.xs.findLastIndex((x) => x <= last) + 1;
  return { ...series, xs: series.xs.slice(0, count), ys: series.ys.slice(0, count) };
}

/** Colours are given to all, so that hiding one series leaves those of the others. */
function entriesOf(series: readonly Series[]): Entry[] {
  const ids = series.map(fullName);
  const names = shortNames(series);
  const looks = assignLooks(ids);
  return series.map((one, i) => {
    const id = ids[i] ?? '';
    const look = looks.get(id) ?? { colour: 0, dash: [] };
    return { id, name: names[i] ?? id, look, series: one };
  });
}
