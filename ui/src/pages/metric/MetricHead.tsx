import { ActionIcon, Badge, Button, Tooltip } from '@mantine/core';
import { IconChartLine, IconCopy } from '@tabler/icons-react';
import { Link } from 'wouter';
import { COUNTER, type MetricDetail } from '../../api/types';
import { copyText } from '../../app/copyLink';
import { useCarriedTime } from '../../app/Rail';
import { exploreQuery } from '../explorePath';
import classes from './Metric.module.css';

/** The name and tags of a series, its id to copy, and the way to Explore. */
export function MetricHead({ metric }: { metric: MetricDetail }) {
  const time = useCarriedTime();
  return (
    <div className={classes.head}>
      <h1>{metric.name}</h1>
      <Badge variant="light">{metric.type === COUNTER ? 'counter' : 'gauge'}</Badge>
      <span className="mono">
        ID {metric.metric_id}
        <Tooltip label="Copy the ID">
          <ActionIcon
            size="sm"
            aria-label="Copy the ID"
            onClick={() => copyText(String(metric.metric_id), 'ID copied')}
          >
            <IconCopy size={13} />
          </ActionIcon>
        </Tooltip>
      </span>
      <ul className={classes.tags} aria-label="Tags">
        {Object.entries(metric.tags).map(([key, value]) => (
          <li key={key}>
            {key}=<strong>{value}</strong>
          </li>
        ))}
      </ul>
      <Button
        className={classes.explore}
        component={Link}
        href={`/explore${time ? `${time}&` : '?'}${exploreQuery(metric)}`}
        leftSection={<IconChartLine size={15} />}
        variant="filled"
      >
        Explore
      </Button>
    </div>
  );
}
