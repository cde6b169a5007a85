import { Sparkline } from '../chart/Sparkline';
import { formatValue, type Unit } from '../chart/units';
import classes from './FigureCard.module.css';
import type { OwnStats } from './useOwnStats';

export interface FigureCardProps {
  label: string;
  unit: Unit;
  history: readonly OwnStats[];
  value: (stats: OwnStats) => number | null;
}

/** One of the server's own figures, with the last minutes. */
export function FigureCard({ label, unit, history, value }: FigureCardProps) {
  const ys = history.map(value);
  const xs = history.map((stats) => stats.at);
  const range = { from: xs[0] ?? 0, to: xs.at(-1) ?? 1 };
  return (
    <div className={classes.card}>
      <span>{label}</span>
      <strong>{formatValue(ys.findLast((y) => y !== null) ?? null, unit)}</strong>
      <Sparkline xs={xs} ys={ys} range={range} width={150} />
    </div>
  );
}
