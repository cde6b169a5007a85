import { useInfiniteQuery } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { listMetrics } from '../../api/metrics';
import { messageOf } from '../../api/problem';
import { Notice } from '../../app/Notice';
import { FirstSteps } from '../home/FirstSteps';
import { MetricRow } from './MetricRow';
import classes from './Metrics.module.css';

const PAGE = 500;
const ROW_HEIGHT = 44;

/** All metrics whose name holds a text. Only the rows in sight are there and ask for figures. */
export function MetricList({ search }: { search: string }) {
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['metrics', search],
    queryFn: ({ pageParam, signal }) => listMetrics(search, pageParam, PAGE, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  const metrics = data?.pages.flatMap((page) => page.metrics) ?? [];
  const list = useRef<HTMLDivElement>(null);
  const virtual = useWindowVirtualizer({
    count: metrics.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastSeen >= metrics.length - 20 && hasNextPage && !isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [lastSeen, metrics.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (error) {
    return (
      <Notice kind="error" title="Not loaded">
        {messageOf(error)}
      </Notice>
    );
  }
  if (data && metrics.length === 0) {
    return search ? (
      <Notice kind="info" title={`No metric's name holds “${search}”`} />
    ) : (
      <FirstSteps />
    );
  }
  return (
    <>
      <p className="dim" role="status" data-count={metrics.length}>
        {metrics.length.toLocaleString('en')}
        {hasNextPage ? ' or more' : ''} {metrics.length === 1 ? 'series' : 'series'}
      </p>
      <div
        ref={list}
        className={classes.list}
        role="table"
        aria-label="Metrics"
        aria-rowcount={hasNextPage ? -1 : metrics.length + 1}
      >
        <div className={classes.headRow} role="row">
          {['Name and tags', 'Type', 'ID', 'Ring', 'Newest', 'In range'].map((name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ))}
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const metric = metrics[item.index];
            return (
              metric && (
                <MetricRow
                  key={metric.metric_id}
                  metric={metric}
                  index={item.index}
                  top={item.start - virtual.options.scrollMargin}
                />
              )
            );
          })}
        </div>
      </div>
    </>
  );
}
