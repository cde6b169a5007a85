import { Tooltip } from '@mantine/core';
import type { Range } from '../time/range';
import { shownDateTime, shownTime } from '../time/shown';
import type { Zone } from '../time/zone';
import classes from './chart.module.css';
import type { ChartEvent } from './events';

export interface EventFlagsProps {
  events: readonly ChartEvent[];
  range: Range;
  zone: Zone;
  /** Opens a note; undefined where none can be changed. */
  onOpen: ((note: number) => void) | undefined;
}

/** More than these nobody tells apart. */
const MOST = 200;

/** A flag at the foot of a chart for each event, which tells what it was. */
export function EventFlags({ events, range, zone, onOpen }: EventFlagsProps) {
  const share = (ts: number) =>
    Math.min(1, Math.max(0, (ts - range.from) / (range.to - range.from || 1)));
  return (
    <ul className={classes.flags} aria-label="Events">
      {events.slice(-MOST).map((event) => {
        const { key, at, until, text, note } = event;
        const time =
          until === null
            ? shownDateTime(at, zone)
            : `${shownDateTime(at, zone)} to ${shownTime(until, zone)}`;
        return (
          <li
            key={key}
            style={{
              left: `calc(var(--plot-left, 0px) + var(--plot-width, 100%) * ${share(at)})`,
            }}
          >
            <Tooltip
              label={
                <>
                  <span className={classes.flagTime}>{time}</span>
                  <br />
                  {text}
                </>
              }
              multiline
              maw={320}
              position="top"
              events={{ hover: true, focus: true, touch: true }}
            >
              <button
                type="button"
                aria-label={`${time}: ${text}`}
                onClick={() => note !== undefined && onOpen?.(note)}
              />
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}
