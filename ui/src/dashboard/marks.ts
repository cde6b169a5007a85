import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { inTurn } from '../api/limiter';
import { runSql } from '../api/query';
import type { Metric, QueryAnswer } from '../api/types';
import type { ChartEvent } from '../chart/events';
import { formatValue } from '../chart/units';
import { fullName } from '../query/frame';
import type { Selector } from '../query/model';
import { usableFilters } from '../query/model';
import { useMatches } from '../query/useSelectors';
import { type Bindings, bindFilters } from '../query/variables';
import type { Range } from '../time/range';

const MOST = 200;
/** How long before the range is looked at, too, to know a series that is new from one that is not. */
const LEAD_SECONDS = 3600;
/** A first sample within this share of a ring from its edge may just be the oldest that is left. */
const EDGE = 0.05;

const CHANGES = `SELECT metric_id, ts, before, value
FROM (
  SELECT metric_id, ts, value, LAG(value) OVER (PARTITION BY metric_id ORDER BY ts) AS before
  FROM samples
  WHERE metric_id IN ({{A}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}
)
WHERE before IS NULL OR value <> before
ORDER BY ts DESC
LIMIT ${5 * MOST}`;

/** When the series of selectors changed their value, or began, within a range. */
export function useMarks(
  stored: readonly Selector[],
  bindings: Bindings,
  range: Range,
  tick: number,
): ChartEvent[] {
  const marks = useMemo(
    () => stored.map((mark) => ({ ...mark, filters: bindFilters(usableFilters(mark), bindings) })),
    [stored, bindings],
  );
  const builder = useMemo(
    () => ({
      selectors: marks.map((mark, i) => ({ ...mark, alias: `M${i}` })),
      per: 'last' as const,
      across: 'none' as const,
      by: [],
      formula: '',
      inputs: false,
    }),
    [marks],
  );
  const matches = useMatches(builder, {});
  const start = range.from - Math.max(LEAD_SECONDS, (range.to - range.from) / 10);
  return useQueries({
    queries: marks.map((mark, i) => {
      const metrics = matches?.get(`M${i}`)?.metrics ?? [];
      return {
        queryKey: ['marks', mark, range, tick, metrics.length],
        queryFn: async ({ signal }: { signal: AbortSignal }) => {
          const answer = await inTurn(signal, () =>
            runSql(
              {
                sql: CHANGES,
                selectors: [{ alias: 'A', metric: mark.metric, filters: mark.filters }],
                start_ts: Math.max(0, Math.floor(start)),
                end_ts: range.to,
              },
              signal,
            ),
          );
          return changesIn(answer, metrics, range);
        },
        enabled: metrics.length > 0,
        placeholderData: (before: ChartEvent[] | undefined) => before,
        retry: false,
      };
    }),
    combine: (results) => results.flatMap(({ data = [] }) => data),
  });
}

/** Reads an answer to the query of changes. */
export function changesIn(
  { data }: Pick<QueryAnswer, 'data'>,
  metrics: readonly Metric[],
  range: Range,
): ChartEvent[] {
  const [ids = [], times = [], befores = [], values = []] = data;
  const byId = new Map(metrics.map((metric) => [metric.metric_id, metric]));
  const events = ids.flatMap((id, row): ChartEvent[] => {
    const metric = byId.get(Number(id));
    const [at, before, value] = [Number(times[row]), befores[row], Number(values[row])];
    if (!metric || at < range.from) {
      return [];
    }
    const name = fullName({ name: metric.name, labels: metric.tags });
    const key = `${id} ${at}`;
    if (before !== null && before !== undefined) {
      const change = `${formatValue(Number(before), 'none')} → ${formatValue(value, 'none')}`;
      return [{ key, at, until: null, text: `${name}: ${change}` }];
    }
    const window = metric.step * metric.slots;
    const isOldest = at < range.to - (1 - EDGE) * window;
    return isOldest ? [] : [{ key, at, until: null, text: `${name} begins` }];
  });
  return events.slice(0, MOST);
}
