import { IconAlertTriangle } from '@tabler/icons-react';
import { levelOf } from '../chart/options';
import { Sparkline } from '../chart/Sparkline';
import { formatValue } from '../chart/units';
import type { Outcome } from '../query/execute';
import { shortNames } from '../query/frame';
import type { PanelOptions } from './model';
import classes from './Panel.module.css';

const SHOWN = 12;

/** The newest value of each series, large. */
export function StatView(props: { outcome: Outcome; options: PanelOptions; state: string }) {
  const { outcome, options } = props;
  const names = shortNames(outcome.series);
  return (
    <div className={classes.stats} data-state={props.state} data-series={outcome.series.length}>
      {outcome.series.slice(0, SHOWN).map((series, i) => {
        const last = series.ys.findLast((y) => y !== null) ?? null;
        const reached = levelOf(last, options.thresholds);
        return (
          <div key={series.key} className={classes.stat} data-level={reached?.level}>
            {outcome.series.length > 1 && <span className={classes.statName}>{names[i]}</span>}
            <strong>
              {reached && <IconAlertTriangle size="0.75em" aria-label="Above a threshold" />}
              {formatValue(last, options.unit, options.decimals)}
            </strong>
            <Sparkline xs={series.xs} ys={series.ys} range={outcome.request.range} fill grow />
          </div>
        );
      })}
    </div>
  );
}
