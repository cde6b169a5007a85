import { useElementSize } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { usualDistance } from '../chart/align';
import { levelOf } from '../chart/options';
import { exactFigure } from '../chart/reduce';
import { Sparkline } from '../chart/Sparkline';
import { formatExact, formatValue } from '../chart/units';
import type { Outcome } from '../query/execute';
import { type Series, shortNames } from '../query/frame';
import { openFrom, upTo } from '../query/openFrom';
import { summaryOf } from '../query/summary';
import { formatAgo } from '../time/duration';
import type { PanelOptions } from './model';
import classes from './Panel.module.css';

const TILE = { width: 104, height: 62, gapX: 16, gapY: 8 };
/** A value is old once so many samples are missing. */
const OLD = 3;

export interface StatViewProps {
  outcome: Outcome;
  options: PanelOptions;
  state: string;
}

/** One number of each series, large; how many are not shown is said. */
export function StatView({ outcome, options, state }: StatViewProps) {
  const { ref, width, height } = useElementSize();
  const { series } = outcome;
  const names = shortNames(series);
  const columns = Math.max(1, Math.floor((width + TILE.gapX) / (TILE.width + TILE.gapX)));
  const rows = Math.max(1, Math.floor((height + TILE.gapY) / (TILE.height + TILE.gapY)));
  const room = columns * rows;
  const shown = series.length <= room ? series.length : Math.max(1, room - 1);
  const others = names.slice(shown);
  return (
    <div ref={ref} className={classes.stats} data-state={state} data-series={series.length}>
      {series.slice(0, shown).map((one, i) => (
        <Tile
          key={one.key}
          series={one}
          name={series.length > 1 ? names[i] : undefined}
          outcome={outcome}
          options={options}
        />
      ))}
      {others.length > 0 && (
        <div className={classes.more} title={others.slice(0, 100).join('\n')}>
          +{others.length.toLocaleString('en')}
        </div>
      )}
    </div>
  );
}

function Tile(props: {
  series: Series;
  name: string | undefined;
  outcome: Outcome;
  options: PanelOptions;
}) {
  const { series, outcome, options } = props;
  const { request } = outcome;
  const { figures, at } = summaryOf(series, outcome);
  const value = figures[options.reduce];
  const exact = exactFigure(series, options.reduce);
  const full = upTo(series, openFrom(outcome));
  const reached = levelOf(value, options.thresholds);
  const now = Math.min(request.range.to, Math.floor(outcome.at / 1000));
  const cadence = Math.max(request.bucket, usualDistance(series.xs));
  const age = at === null || now - at <= OLD * cadence ? null : now - at;
  return (
    <div className={classes.stat} data-level={reached?.level} data-old={age !== null}>
      {props.name !== undefined && <span className={classes.statName}>{props.name}</span>}
      <strong>
        {reached && <IconAlertTriangle size="0.75em" aria-label="Above a threshold" />}
        {exact === undefined
          ? formatValue(value, options.unit, options.decimals)
          : formatExact(exact, options.unit, options.decimals)}
      </strong>
      {age !== null && <span className={classes.statName}>{formatAgo(age)}</span>}
      <Sparkline
        xs={full.xs}
        ys={full.ys}
        range={request.range}
        bucket={request.bucket}
        unit={options.unit}
        fill
        grow
      />
    </div>
  );
}
