import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch, IconTags } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { TagFacets } from '../../finder/TagFacets';
import { useFilledLink } from '../../time/useFilledLink';
import { changeParams, put, useParams } from '../../url/params';
import { Cardinality } from './Cardinality';
import { MetricList } from './MetricList';
import classes from './Metrics.module.css';

/** Without a key for so long, the link says what is searched for. */
const LINK_MILLIS = 250;

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
  // Whatever shows the link is drawn again when it changes, which is too much for every key.
  useEffect(() => {
    const write = () => changeParams((p) => put(p, 'q', search.trim()), 'replace');
    const timer = setTimeout(write, LINK_MILLIS);
    return () => clearTimeout(timer);
  }, [search]);
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
            onChange={(event) => setSearch(event.currentTarget.value)}
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
          {browsing && <TagFacets search={search} onSearch={setSearch} />}
          <div>{isFilled && <MetricList search={search.trim()} />}</div>
        </div>
      )}
    </div>
  );
}
