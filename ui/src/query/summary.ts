import type { QueryAnswer, Value } from '../api/types';
import { type Figures, figuresOf, withChange } from '../chart/reduce';
import type { Outcome } from './execute';
import type { Series } from './frame';
import { openFrom } from './openFrom';

/** What the samples of a series amount to. */
export interface Summary {
  figures: Figures;
  /** When the last of them was, in epoch seconds; null without any. */
  at: number | null;
}

/** By {@link Series.metric}. */
export type Summaries = ReadonlyMap<string, Summary>;

/** Reads an answer to `summarySql`. */
export function readSummaries({ data }: Pick<QueryAnswer, 'data'>): Summaries {
  const [aliases = [], ids = [], ...figures] = data;
  return new Map(
    aliases.map((alias, row) => {
      const [at, last, mean, min, max, sum, first] = figures.map((column) => number(column[row]));
      const all = { last, mean, min, max, sum, first } as Omit<Figures, 'change'>;
      return [`${alias} ${ids[row]}`, { figures: withChange(all), at: at ?? null }];
    }),
  );
}

/** Of the samples themselves where they are known, else of the buckets that are full. */
export function summaryOf(series: Series, outcome: Outcome): Summary {
  const exact = series.metric === undefined ? undefined : outcome.summaries?.get(series.metric);
  if (exact) {
    return exact;
  }
  const { xs, ys } = series;
  const open = openFrom(outcome);
  const full = open === null ? xs.length : xs.findLastIndex((x) => x <= open) + 1;
  const counted = full > 0 ? ys.slice(0, full) : ys;
  const last = counted.findLastIndex((y) => y !== null);
  const { bucket, range } = outcome.request;
  const at = last < 0 ? null : Math.min(range.to, (xs[last] ?? 0) + bucket);
  return { figures: figuresOf(counted), at };
}

function number(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
