import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconTags } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { TagFacets } from '../../finder/TagFacets';
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
  const q = params.get('q') ?? '';
  const [search, setSearch] = useState(q);
  // A link of this page, or Back, may ask for something else.
  useEffect(() => setSearch((typed) => (typed.trim() === q ? typed : q)), [q]);
  const browsing = params.get('browse') === '1';
  const find = (text: string) => {
    setSearch(text);
    changeParams((p) => put(p, 'q', text.trim()), 'replace');
  };
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
            onChange={(event) => find(event.currentTarget.value)}
          />
        )}
        {tab === 'list' && (
          <Button
            leftSection={<IconTags size={15} />}
            variant={browsing ? 'light' : 'default'}
            aria-pressed={browsing}
            onClick={() => changeParams((p) => put(p, 'browse', browsing ? null : '1'), 'replace')}
          >
            Browse tags
          </Button>
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
      {tab === 'cardinality' && <Cardinality />}
      {tab === 'list' && (
        <div className={browsing ? classes.browsing : undefined}>
          {browsing && <TagFacets search={search} onSearch={find} />}
          <div>{isFilled && <MetricList search={settled.trim()} />}</div>
        </div>
      )}
    </div>
  );
}
