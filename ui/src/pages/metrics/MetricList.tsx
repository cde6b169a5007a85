import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { messageOf } from '../../api/problem';
import type { Metric } from '../../api/types';
import { Notice } from '../../app/Notice';
import { useCarriedTime } from '../../app/Rail';
import { type Group, useGroups, useMembers } from '../../finder/useGroups';
import { FirstSteps } from '../home/FirstSteps';
import { GroupRow } from './GroupRow';
import { MetricRow } from './MetricRow';
import classes from './Metrics.module.css';

const ROW_HEIGHT = 44;
/** Where a name and its tags stand below each other; as in the style sheet. */
const NARROW = { screen: '(max-width: 640px)', rowHeight: 60 };
/** So few series are shown at once, without opening their names. */
const FEW = 40;

type Row =
  | { kind: 'group'; key: string; group: Group; open: boolean }
  | { kind: 'metric'; key: string; metric: Metric; within: boolean };

/** What a search finds, by name. Only the rows in sight are there and ask for figures. */
export function MetricList({ search: text }: { search: string }) {
  const { groups, error, search } = useGroups(text);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const total = groups?.reduce((sum, group) => sum + group.series, 0) ?? 0;
  const opensAll = total <= FEW;
  const isOpen = (group: Group) => group.series > 1 && toggled.has(group.name) !== opensAll;
  const open = (groups ?? []).filter(isOpen).map((group) => group.name);
  const members = useMembers(open, search);
  const rows = useMemo(
    () => rowsOf(groups ?? [], members, opensAll, toggled),
    [groups, members, opensAll, toggled],
  );
  const list = useRef<HTMLDivElement>(null);
  const rowHeight = useMediaQuery(NARROW.screen) ? NARROW.rowHeight : ROW_HEIGHT;
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it remembers the height they had
  useEffect(() => virtual.measure(), [rowHeight]);
  const time = useCarriedTime();
  const toggle = useCallback((name: string) => {
    setToggled((before) => {
      const next = new Set(before);
      if (!next.delete(name)) {
        next.add(name);
      }
      return next;
    });
  }, []);

  if (error) {
    return (
      <Notice kind="error" title="Not loaded">
        {messageOf(error)}
      </Notice>
    );
  }
  if (groups?.length === 0) {
    return text ? (
      <Notice kind="info" title={`No metric name or tag contains “${text}”`} />
    ) : (
      <FirstSteps />
    );
  }
  return (
    <>
      <p className="dim" role="status" data-count={total}>
        {groups
          ? `${total.toLocaleString('en')} series with ${groups.length.toLocaleString('en')} ${groups.length === 1 ? 'name' : 'names'}`
          : 'Loading…'}
      </p>
      <div
        ref={list}
        className={classes.list}
        role="table"
        aria-label="Metrics"
        aria-rowcount={rows.length + 1}
      >
        <div className={classes.headRow} role="row">
          {['Name and tags', 'Type', 'ID', 'Ring', 'Newest', 'In range'].map((name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ))}
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            const top = item.start - virtual.options.scrollMargin;
            if (!row) {
              return null;
            }
            return row.kind === 'group' ? (
              <GroupRow
                key={row.key}
                group={row.group}
                open={row.open}
                index={item.index}
                top={top}
                time={time}
                onToggle={toggle}
              />
            ) : (
              <MetricRow
                key={row.key}
                metric={row.metric}
                within={row.within}
                time={time}
                index={item.index}
                top={top}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}

function rowsOf(
  groups: readonly Group[],
  members: ReadonlyMap<string, readonly Metric[]>,
  opensAll: boolean,
  toggled: ReadonlySet<string>,
): Row[] {
  return groups.flatMap((group): Row[] => {
    const { name, series, first } = group;
    if (series === 1) {
      return [{ kind: 'metric', key: String(first.metric_id), metric: first, within: false }];
    }
    const open = toggled.has(name) !== opensAll;
    const inside = open ? (members.get(name) ?? []) : [];
    return [
      { kind: 'group', key: name, group, open },
      ...inside.map((metric): Row => {
        return { kind: 'metric', key: String(metric.metric_id), metric, within: true };
      }),
    ];
  });
}
