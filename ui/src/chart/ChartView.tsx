import { Button } from '@mantine/core';
import { Suspense, useMemo, useState } from 'react';
import { fullName, type Series, shortNames } from '../query/frame';
import { upTo } from '../query/openFrom';
import type { Range } from '../time/range';
import type { Zone } from '../time/zone';
import classes from './chart.module.css';
import { assignLooks, type Look } from './colours';
import { EventFlags } from './EventFlags';
import { type ChartEvent, eventsIn } from './events';
import { type Entry, Legend } from './Legend';
import { TimeChart } from './lazyChart';
import type { ChartOptions, Override } from './options';
import { figuresOf, REDUCTIONS, type Reduction } from './reduce';
import type { RingMarks } from './ringMarks';
import { isShown, type Visibility } from './visibility';

export interface ChartViewProps {
  series: readonly Series[];
  range: Range;
  bucket: number | null;
  /** Buckets that start later are still filling; null if all are full, or it does not matter. */
  openFrom?: number | null;
  /** The ring behind it, where it is known. */
  ring?: RingMarks | undefined;
  /** What happened meanwhile. */
  events?: readonly ChartEvent[] | undefined;
  /** Notes something about a moment; undefined where that is not possible. */
  onNote?: ((at: number) => void) | undefined;
  onEvent?: ((note: number) => void) | undefined;
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

/** Of what was before. */
const EARLIER = [2, 4];
const DASHED = [8, 4];

/** No browser draws more lines than these in time. */
const MOST_DRAWN = 10_000;

/** A chart with its legend. */
export function ChartView(props: ChartViewProps) {
  const { visibility } = props;
  const options = useStacked(props.options, props.series);
  const [all, setAll] = useState(false);
  const [pointed, setPointed] = useState<string | null>(null);
  const most = all ? MOST_DRAWN : options.top;
  const series = useMemo(
    () => largest(props.series, most, options.topBy),
    [props.series, most, options.topBy],
  );
  const { order, overrides } = options;
  const entries = useMemo(() => entriesOf(series, order, overrides), [series, order, overrides]);
  const shown = useMemo(
    () => entries.filter((entry) => isShown(visibility, entry.id)),
    [entries, visibility],
  );
  // A stack is drawn from its top, so that what lies below is not covered.
  const layers = useMemo(
    () => (options.stack ? [...shown].reverse() : shown),
    [shown, options.stack],
  );
  const { openFrom = null } = props;
  const hidesOpen = options.unfinished === 'hidden' && openFrom !== null;
  const drawn = useMemo(
    () => layers.map(({ series }) => (hidesOpen ? upTo(series, openFrom) : series)),
    [layers, hidesOpen, openFrom],
  );
  const { range } = props;
  const events = useMemo(() => eventsIn(props.events ?? [], range), [props.events, range]);
  const legend = (
    <Legend
      entries={entries}
      options={options}
      visibility={visibility}
      onChange={props.onVisibility}
      onPoint={setPointed}
    />
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
      data-ring-edge={props.ring?.edge ?? ''}
      data-ring-newest={props.ring?.newest ?? ''}
      data-events={events.length}
      data-ring-next={props.ring?.next ?? ''}
    >
      {props.series.length > most && (
        <p className={classes.tooMany} role="status">
          The {most.toLocaleString('en')} largest of {props.series.length.toLocaleString('en')}{' '}
          series by {nameOf(options.topBy)}.{' '}
          {!all && most < MOST_DRAWN && (
            <Button variant="subtle" size="compact-xs" onClick={() => setAll(true)}>
              {props.series.length > MOST_DRAWN
                ? `Show ${MOST_DRAWN.toLocaleString('en')}`
                : 'Show all'}
            </Button>
          )}
        </p>
      )}
      {props.onTable && (
        <button type="button" className={classes.asTable} onClick={props.onTable}>
          View as table
        </button>
      )}
      <div className={options.legend === 'right' ? classes.withRight : classes.alone}>
        <div className={classes.frame}>
          <Suspense fallback={<div className={classes.chart} />}>
            <TimeChart
              series={drawn}
              names={layers.map((entry) => entry.name)}
              looks={layers.map((entry) => entry.look)}
              range={props.range}
              bucket={props.bucket}
              openFrom={openFrom}
              ring={props.ring ?? null}
              events={events}
              onNote={props.onNote}
              options={options}
              zone={props.zone}
              title={props.title}
              syncKey={props.syncKey}
              onZoom={props.onZoom}
              onZoomOut={props.onZoomOut}
              onHover={props.onHover}
              pointed={layers.findIndex((entry) => entry.id === pointed)}
            />
          </Suspense>
          {events.length > 0 && (
            <EventFlags events={events} range={range} zone={props.zone} onOpen={props.onEvent} />
          )}
        </div>
        {options.legend === 'right' && legend}
      </div>
      {options.legend !== 'hidden' && options.legend !== 'right' && legend}
    </div>
  );
}

/** Bars of one metric belong on top of each other; side by side they would hide each other. */
function useStacked(options: ChartOptions, series: readonly Series[]): ChartOptions {
  const belong =
    options.type === 'bars' &&
    series.length > 1 &&
    series.every(({ name }) => name === series[0]?.name);
  return useMemo(
    () => (belong && !options.stack ? { ...options, stack: true } : options),
    [options, belong],
  );
}

function overridden(own: Look, id: string, overrides: readonly Override[]): Look {
  const name = id.toLowerCase();
  const look = { ...own };
  for (const { match, colour, dashed, right, unit, type } of overrides) {
    if (match !== '' && name.includes(match.toLowerCase())) {
      look.colour = colour ?? look.colour;
      look.dash = dashed ? DASHED : look.dash;
      Object.assign(look, right && { right }, unit && { unit }, type && { type });
    }
  }
  return look;
}

/** The largest series, in the order they came. */
function largest(series: readonly Series[], most: number, by: Reduction): readonly Series[] {
  if (series.length <= most) {
    return series;
  }
  const size = (one: Series) => figuresOf(one.ys)[by] ?? Number.NEGATIVE_INFINITY;
  const sizes = new Map(series.map((one) => [one, size(one)]));
  const sorted = [...series].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const kept = new Set(sorted.slice(0, most));
  return series.filter((one) => kept.has(one));
}

function nameOf(reduction: Reduction): string {
  return (REDUCTIONS.find(({ id }) => id === reduction)?.label ?? '').toLowerCase();
}

/**
 * What gives a series its colour: its labels, so that a host has the same one on the charts of all
 * metrics, but where a chart has several metrics its name, too. An earlier stretch of a series is
 * drawn as that is.
 */
function lookKeys(series: readonly Series[]): string[] {
  const full = series.map((one) => one.earlierOf ?? fullName(one));
  const byLabels = series.map(({ labels, earlierOf }) => {
    const { period: _, ...own } = labels;
    return fullName({ name: '', labels: earlierOf === undefined ? labels : own });
  });
  const isEnough = new Set(byLabels).size === new Set(full).size;
  return isEnough && byLabels.every((key) => key !== '') ? byLabels : full;
}

/** Colours are given to all, so that hiding one series leaves those of the others. */
function entriesOf(
  series: readonly Series[],
  order: ChartOptions['order'],
  overrides: readonly Override[],
): Entry[] {
  const ids = series.map(fullName);
  const names = shortNames(series);
  const keys = lookKeys(series);
  const looks = assignLooks(keys);
  const entries = series.map((one, i) => {
    const id = ids[i] ?? '';
    const own = looks.get(keys[i] ?? '') ?? { colour: 0, dash: [] };
    const chosen = overridden(own, id, overrides);
    const look = one.earlierOf === undefined ? chosen : { ...chosen, dash: EARLIER };
    return { id, name: names[i] ?? id, look, series: one };
  });
  if (order === 'name') {
    return entries;
  }
  const sizes = new Map(entries.map((entry) => [entry, figuresOf(entry.series.ys)[order]]));
  const size = (entry: Entry) => sizes.get(entry) ?? Number.NEGATIVE_INFINITY;
  return entries.sort((a, b) => size(b) - size(a));
}
