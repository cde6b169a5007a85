import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import {
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Series } from '../query/frame';
import classes from './chart.module.css';
import { COLOURS, type Look } from './colours';
import type { ChartOptions } from './options';
import { figuresOf } from './reduce';
import { decimalsFor, decimalsOf, formatValue, type Unit } from './units';
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
  /** Told which series the pointer or the focus is on; null for none. */
  onPoint: (id: string | null) => void;
}

/** More names than these are found by the search of the legend only. */
const MOST = 500;
/** From so many names on there is a search. */
const MANY = 50;
const COLUMNS = { last: 'Last', min: 'Min', mean: 'Avg', max: 'Max' } as const;
const FIGURES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

/** Names and figures of all series. A click shows one alone, with Ctrl it hides one. */
export function Legend(props: LegendProps) {
  const { options, visibility } = props;
  const [wanted, setWanted] = useState('');
  const word = wanted.trim().toLowerCase();
  const entries =
    word === '' ? props.entries : props.entries.filter(({ id }) => id.toLowerCase().includes(word));
  const ids = () => props.entries.map((entry) => entry.id);
  const button = (entry: Entry) => (
    <EntryButton
      entry={entry}
      shown={isShown(visibility, entry.id)}
      onPoint={props.onPoint}
      onClick={(event) =>
        props.onChange(toggled(visibility, ids(), entry.id, event.ctrlKey || event.metaKey))
      }
    />
  );
  const search =
    props.entries.length > MANY ? (
      <input
        type="search"
        className={classes.legendSearch}
        aria-label="Find a series"
        placeholder={`Find in ${props.entries.length.toLocaleString('en')} series`}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
    ) : null;
  if (options.legend === 'table') {
    return (
      <div className={classes.legendScroll}>
        {search}
        <FigureTable entries={entries} options={options} visibility={visibility} button={button} />
      </div>
    );
  }
  const items = entries.slice(0, MOST).map((entry) => (
    <li key={entry.series.key} data-shown={isShown(visibility, entry.id)}>
      {button(entry)}
    </li>
  ));
  return options.legend === 'right' ? (
    <div className={classes.legendRight}>
      {search}
      <ul aria-label="Series">{items}</ul>
    </div>
  ) : (
    <CompactList items={items} count={entries.length} search={search} />
  );
}

function FigureTable(
  props: Pick<LegendProps, 'entries' | 'options' | 'visibility'> & {
    button: (entry: Entry) => ReactNode;
  },
) {
  const { entries, options, visibility, button } = props;
  const listed = entries.slice(0, MOST).map((entry) => ({
    entry,
    unit: entry.look.unit ?? options.unit,
    figures: figuresOf(entry.series.ys),
  }));
  const decimals = decimalsFor(
    listed.flatMap(({ unit, figures }) =>
      unit === options.unit ? FIGURES.flatMap((id) => figures[id] ?? []) : [],
    ),
    options.unit,
  );
  const format = (value: number | null, unit: Unit) => {
    const known = unit === options.unit ? decimals : undefined;
    return formatValue(value, unit, options.decimals ?? decimalsOf(value, unit, known));
  };
  return (
    <table className={classes.legendTable}>
      <thead>
        <tr>
          {['Series', ...Object.values(COLUMNS)].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {listed.map(({ entry, unit, figures }) => (
          <tr key={entry.series.key} data-shown={isShown(visibility, entry.id)}>
            <th scope="row">{button(entry)}</th>
            {FIGURES.map((id) => (
              <td key={id}>{format(figures[id], unit)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** As many names as fit, and how many more there are; a click shows all. */
function CompactList(props: { items: ReactNode[]; count: number; search: ReactNode }) {
  const { items, count } = props;
  const [open, setOpen] = useState(false);
  const { ref: box, width, height } = useElementSize<HTMLDivElement>();
  const list = useRef<HTMLUListElement>(null);
  const fitting = useFitting(list, open, `${width} ${height} ${items.length}`);
  const hidden = count - (open ? items.length : fitting);
  return (
    <div ref={box} className={classes.legendBox} data-open={open}>
      {open && props.search}
      <ul ref={list} className={classes.legend} aria-label="Series">
        {items}
      </ul>
      {(open || hidden > 0) && (
        <button
          type="button"
          className={classes.legendMore}
          aria-expanded={open}
          aria-label={open ? 'Fewer series' : `${hidden} more series`}
          onClick={() => setOpen(!open)}
        >
          {open ? '–' : `+${hidden.toLocaleString('en')}`}
        </button>
      )}
    </div>
  );
}

/** How many children of a list are whole in sight; the others are taken out of the tab order. */
function useFitting(list: RefObject<HTMLUListElement | null>, open: boolean, key: string): number {
  const [fitting, setFitting] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what may move them
  useLayoutEffect(() => {
    const element = list.current;
    const bottom = element?.parentElement?.clientHeight ?? 0;
    const children = [...(element?.children ?? [])] as HTMLElement[];
    const cut = children.findIndex((child) => child.offsetTop + child.offsetHeight > bottom + 1);
    const first = open || cut < 0 ? children.length : cut;
    children.forEach((child, i) => {
      child.style.visibility = i < first ? '' : 'hidden';
    });
    setFitting(first);
  }, [key, open]);
  return fitting;
}

function EntryButton(props: {
  entry: Entry;
  shown: boolean;
  onPoint: LegendProps['onPoint'];
  onClick: (event: MouseEvent) => void;
}) {
  const theme = useComputedColorScheme('light');
  const { name, look, id } = props.entry;
  const point = () => props.onPoint(id);
  const leave = () => props.onPoint(null);
  return (
    <button
      type="button"
      aria-pressed={props.shown}
      title={`${id}\nClick: only this. Ctrl+click: hide or show.`}
      onClick={props.onClick}
      onMouseEnter={point}
      onMouseLeave={leave}
      onFocus={point}
      onBlur={leave}
    >
      <svg width="14" height="6" aria-hidden="true">
        <line
          x1="0"
          x2="14"
          y1="3"
          y2="3"
          stroke={COLOURS[theme][look.colour]}
          strokeWidth="3"
          strokeDasharray={look.dash.join(' ')}
        />
      </svg>
      <span>{name}</span>
    </button>
  );
}
