import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { MetricDetail } from '../api/types';
import { Notice } from '../app/Notice';
import { type EmptyCause, findCause, heldRange } from '../query/emptyCause';
import { aliasOf, type BuilderQuery } from '../query/model';
import type { Matches } from '../query/useSelectors';
import { formatDuration } from '../time/duration';
import { shownDateTime } from '../time/shown';
import { usePageTime } from '../time/TimeProvider';

export interface EmptyNoticeProps {
  builder: BuilderQuery;
  matches: ReadonlyMap<string, Matches> | undefined;
}

/** Says why a result is likely to be empty, and offers the way out. */
export function EmptyNotice({ builder, matches }: EmptyNoticeProps) {
  const { range } = usePageTime();
  const ids = [...(matches ?? [])].map(([, { metrics }]) => metrics[0]?.metric_id ?? null);
  const { data: cause } = useQuery({
    queryKey: ['empty', ids, range],
    queryFn: ({ signal }) => findCause(matches ?? new Map(), range, signal),
  });
  return (
    <Notice kind="info" title="No data" action={cause && <WayOut cause={cause} />}>
      {cause ? <Reason cause={cause} builder={builder} /> : 'Looking for the reason…'}
    </Notice>
  );
}

function Reason({ cause, builder }: { cause: EmptyCause; builder: BuilderQuery }): ReactNode {
  const { zone } = usePageTime();
  const at = (ts: number | null) => (ts === null ? '' : shownDateTime(ts, zone));
  switch (cause.kind) {
    case 'no-series': {
      const index = builder.selectors.findIndex((s, i) => aliasOf(s, i) === cause.alias);
      const selector = builder.selectors[index];
      return `The filters of ${cause.alias} match no series of ${selector?.metric ?? 'this metric'}.`;
    }
    case 'before-ring':
      return `The range is older than the ring reaches: ${cause.metric.name} reaches back to ${at(cause.metric.oldest_ts)}. Its window is ${formatDuration(cause.metric.window_seconds)}.`;
    case 'after-samples':
      return `${cause.metric.name} has had no samples since ${at(cause.metric.newest_ts)}.`;
    case 'no-samples':
      return `${cause.metric.name} has no samples.`;
    case 'between':
      return `The range is shorter than the ${formatDuration(cause.metric.step)} between two samples of ${cause.metric.name}.`;
    case 'unknown':
      return 'No samples match the query in this range.';
  }
}

function WayOut({ cause }: { cause: EmptyCause }) {
  const { zoomTo } = usePageTime();
  if (cause.kind === 'no-series' || cause.kind === 'unknown') {
    return null;
  }
  const held = heldRange(cause.metric);
  return (
    <>
      {held && <Button onClick={() => zoomTo(held)}>Show all its samples</Button>}
      {cause.kind === 'before-ring' && (
        <Button component={Link} href={retentionPath(cause.metric)}>
          Change its retention
        </Button>
      )}
    </>
  );
}

function retentionPath(metric: MetricDetail): string {
  return `/metrics/${metric.metric_id}`;
}
