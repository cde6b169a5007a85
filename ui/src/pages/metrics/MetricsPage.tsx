import { SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useFilledLink } from '../../time/useFilledLink';
import { changeParams, put, useParams } from '../../url/params';
import { Cardinality } from './Cardinality';
import { MetricList } from './MetricList';
import classes from './Metrics.module.css';

const SETTLE_MILLIS = 50;

/** Finds metrics, and shows where the many come from. */
export default function MetricsPage() {
  const params = useParams();
  const isFilled = useFilledLink();
  const tab = params.get('tab') === 'cardinality' ? 'cardinality' : 'list';
  const [search, setSearch] = useState(params.get('q') ?? '');
  const [settled] = useDebouncedValue(search, SETTLE_MILLIS);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>Metrics</h1>
        {tab === 'list' && (
          <TextInput
            className={classes.search}
            aria-label="Search metrics"
            placeholder="fleet net, host=web-03, role=~web|db"
            leftSection={<IconSearch size={14} />}
            value={search}
            onChange={(event) => {
              const text = event.currentTarget.value;
              setSearch(text);
              changeParams((p) => put(p, 'q', text.trim()), 'replace');
            }}
          />
        )}
        <SegmentedControl
          aria-label="View"
          data={[
            { value: 'list', label: 'List' },
            { value: 'cardinality', label: 'Cardinality' },
          ]}
          value={tab}
          onChange={(next) =>
            changeParams((p) => put(p, 'tab', next === 'list' ? null : next), 'replace')
          }
        />
      </div>
      {tab === 'cardinality' ? <Cardinality /> : isFilled && <MetricList search={settled.trim()} />}
    </div>
  );
}
