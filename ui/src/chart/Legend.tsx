import { useComputedColorScheme } from '@mantine/core';
import type { MouseEvent } from 'react';
import type { Series } from '../query/frame';
import classes from './chart.module.css';
import { COLOURS, type Look } from './colours';
import type { ChartOptions } from './options';
import { formatValue } from './units';
import { isShown, toggled, type Visibility } from './visibility';

/** A series with its name in links, its name on screen, and its look. */
export interface Entry {
  id: string;
  name: string;
  look: Look;
  series: Series;
}

export interface LegendProps {
  entries: readonly Entry[];
  options: ChartOptions;
  visibility: Visibility;
  onChange: (visibility: Visibility) => void;
}

/** Names and figures of all series. A click shows one alone, with Ctrl it hides one. */
export function Legend(props: LegendProps) {
  const { entries, options, visibility, onChange } = props;
  const format = (value: number | null) => formatValue(value, options.unit, options.decimals);
  const button = (entry: Entry) => (
    <EntryButton
      entry={entry}
      shown={isShown(visibility, entry.id)}
      onClick={(event) => {
        const ids = entries.map((other) => other.id);
        onChange(toggled(visibility, ids, entry.id, event.ctrlKey || event.metaKey));
      }}
    />
  );
  if (options.legend === 'table') {
    return (
      <div className={classes.legendScroll}>
        <table className={classes.legendTable}>
          <thead>
            <tr>
              {['Series', 'Last', 'Min', 'Avg', 'Max'].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.series.key} data-shown={isShown(visibility, entry.id)}>
                <th scope="row">{button(entry)}</th>
                {Object.entries(figures(entry.series.ys)).map(([figure, value]) => (
                  <td key={figure}>{format(value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }
  return (
    <ul className={classes.legend} aria-label="Series">
      {entries.map((entry) => (
        <li key={entry.series.key} data-shown={isShown(visibility, entry.id)}>
          {button(entry)}
        </li>
      ))}
    </ul>
  );
}

function EntryButton(props: {
  entry: Entry;
  shown: boolean;
  onClick: (event: MouseEvent) => void;
}) {
  const theme = useComputedColorScheme('light');
  const { name, look } = props.entry;
  return (
    <button
      type="button"
      aria-pressed={props.shown}
      title={`${name}\nClick: only this. Ctrl+click: hide or show.`}
      onClick={props.onClick}
    >
      <svg width="16" height="8" aria-hidden="true">
        <line
          x1="0"
          x2="16"
          y1="4"
          y2="4"
          stroke={COLOURS[theme][look.colour]}
          strokeWidth="3"
          strokeDasharray={look.dash.join(' ')}
        />
      </svg>
      <span>{name}</span>
    </button>
  );
}

function figures(ys: readonly (number | null)[]): Record<string, number | null> {
  let min: number | null = null;
  let max: number | null = null;
  let last: number | null = null;
  let sum = 0;
  let count = 0;
  for (const y of ys) {
    if (y !== null) {
      min = min === null || y < min ? y : min;
      max = max === null || y > max ? y : max;
      last = y;
      sum += y;
      count++;
    }
  }
  return { last, min, avg: count > 0 ? sum / count : null, max };
}
