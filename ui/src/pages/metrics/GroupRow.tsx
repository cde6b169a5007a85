import { ActionIcon, Button } from '@mantine/core';
import {
  IconChartLine,
  IconChevronDown,
  IconChevronRight,
  IconRotateClockwise,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo, useState } from 'react';
import { Link } from 'wouter';
import { inTurn } from '../../api/limiter';
import { tagValues } from '../../api/metrics';
import { COUNTER } from '../../api/types';
import type { Group } from '../../finder/useGroups';
import { BUCKET_TAG } from '../../query/quantiles';
import { formatDuration } from '../../time/duration';
import { groupQuery } from '../explorePath';
import { GroupRetention } from './GroupRetention';
import classes from './Metrics.module.css';
import { useStayed } from './useStayed';

/** Tags by which one asks first. */
const USUAL = ['host', 'instance', 'node', 'pod'];

export interface GroupRowProps {
  group: Group;
  open: boolean;
  index: number;
  top: number;
  /** The part of the link that other pages keep. */
  time: string;
  /** Gets the name. */
  onToggle: (name: string) => void;
}

/** The series of one name, which open below it. */
export const GroupRow = memo(function GroupRow(props: GroupRowProps) {
  const { group, open, index, top, time, onToggle } = props;
  const { name, series, first } = group;
  const stayed = useStayed();
  const [retaining, setRetaining] = useState(false);
  const { data: tags = {} } = useQuery({
    queryKey: ['tag-values', name],
    queryFn: ({ signal }) => inTurn(signal, () => tagValues(name, signal)),
    enabled: stayed,
  });
  const several = Object.keys(tags).filter(
    (tag) => tag !== BUCKET_TAG && (tags[tag]?.length ?? 0) > 1,
  );
  const by = USUAL.find((tag) => several.includes(tag)) ?? several[0];
  const explore = (tag: string | null) =>
    `/explore${time ? `${time}&` : '?'}${groupQuery(first, tag)}`;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div
      className={`${classes.row} ${classes.groupRow}`}
      role="row"
      aria-rowindex={index + 2}
      style={{ top }}
      data-group={name}
    >
      <span role="cell" className={classes.name}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={open}
          aria-label={`${name}, ${series} series`}
          onClick={() => onToggle(name)}
        >
          <Chevron size={15} aria-hidden="true" />
          <strong>{name}</strong>
        </button>
        <span className={classes.tags}>{Object.keys(tags).sort().join(' · ')}</span>
      </span>
      <span role="cell" className={classes.type}>
        {first.type === COUNTER ? 'counter' : 'gauge'}
      </span>
      <span role="cell" className={classes.count}>
        {series.toLocaleString('en')} series
      </span>
      <span role="cell" className={classes.ring}>
        every {formatDuration(first.step)} for {formatDuration(first.step * first.slots)}
      </span>
      <span role="cell" className={classes.none}>
        {first.type !== COUNTER && (
          <ActionIcon
            size="sm"
            aria-label={`Retention of ${name}`}
            title={`Change the retention of all ${series.toLocaleString('en')} series`}
            onClick={() => setRetaining(true)}
          >
            <IconRotateClockwise size={15} />
          </ActionIcon>
        )}
        {retaining && <GroupRetention group={group} onClose={() => setRetaining(false)} />}
      </span>
      <span role="cell" className={classes.spark}>
        {by !== undefined && (
          <Button component={Link} href={explore(by)} size="compact-xs" variant="light">
            by {by}
          </Button>
        )}
        <ActionIcon
          component={Link}
          href={explore(null)}
          size="sm"
          aria-label={`Explore ${name}`}
          title="Open in Explore"
        >
          <IconChartLine size={15} />
        </ActionIcon>
      </span>
    </div>
  );
});
