import type { Outcome } from '../query/execute';
import classes from './result.module.css';

/** `1,440 rows · 3 series · 38 ms server · 12 ms network`. */
export function StatsLine({ outcome }: { outcome: Outcome }) {
  const { answer, series } = outcome;
  const { elapsed_ms: server, planning_ms: planning, samples_scanned: scanned } = answer.stats;
  const network = Math.max(0, answer.total_ms - server);
  const parts = [
    plural(answer.count, 'row'),
    ...(series.length > 0 ? [`${series.length.toLocaleString('en')} series`] : []),
    ...(scanned > 0 || !outcome.request.promql ? [`${plural(scanned, 'sample')} read`] : []),
    `${millis(server)} server`,
    `${millis(network)} network`,
  ];
  return (
    <p className={classes.stats} title={`Planning took ${millis(planning)}`}>
      {parts.join(' · ')}
    </p>
  );
}

function millis(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
