import { ActionIcon, Button, Select, Tooltip } from '@mantine/core';
import { IconFilterPlus, IconX } from '@tabler/icons-react';
import { COUNTER } from '../api/types';
import { ALIAS, type Reading, type Selector, type TagFilter } from '../query/model';
import { BUCKET_TAG } from '../query/quantiles';
import type { Matches } from '../query/useSelectors';
import { BrowseButton } from './BrowseButton';
import classes from './Builder.module.css';
import { CommitAutocomplete, CommitInput } from './Commit';
import { FilterRow } from './FilterRow';
import { MatchInfo } from './MatchInfo';
import { useMetricNames, useTagValues } from './useNames';

const READING_NAMES: { value: Reading; label: string }[] = [
  { value: 'value', label: 'Value' },
  { value: 'rate', label: 'Rate per second' },
  { value: 'increase', label: 'Increase per bucket' },
  { value: 'quantiles', label: 'Quantiles' },
];

export interface SelectorRowProps {
  selector: Selector;
  alias: string;
  matches: Matches | undefined;
  namesOnly: boolean;
  variables: readonly string[];
  onChange: (selector: Selector) => void;
  onRemove: (() => void) | undefined;
}

/** One metric with its filters. */
export function SelectorRow(props: SelectorRowProps) {
  const { selector, alias, matches, onChange } = props;
  const names = useMetricNames();
  const tags = useTagValues(selector.metric);
  const setFilter = (index: number, next: TagFilter | null) =>
    onChange({
      ...selector,
      filters: selector.filters.flatMap((old, i) => (i === index ? (next ?? []) : old)),
    });
  const isCounter = matches?.metrics[0]?.type === COUNTER;
  const isHistogram = selector.reading === 'quantiles' || BUCKET_TAG in tags;
  const suggested = isHistogram ? 'quantiles' : 'rate';
  return (
    <div className={classes.selector} role="group" aria-label={`Query ${alias}`}>
      <span className={classes.alias} aria-hidden="true">
        {alias}
      </span>
      <div className={classes.fields}>
        <CommitAutocomplete
          className={classes.metric}
          aria-label={`Metric ${alias}`}
          placeholder="Metric"
          data={names}
          value={selector.metric}
          onCommit={(metric) => onChange({ ...selector, metric: metric.trim() })}
        />
        <BrowseButton
          alias={alias}
          onPick={(metric, filters) => onChange({ ...selector, metric, filters: [...filters] })}
        />
        {selector.filters.map((filter, index) => (
          <FilterRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a filter is its place in the list
            key={index}
            filter={filter}
            tags={tags}
            variables={props.variables}
            onChange={(next) => setFilter(index, next)}
          />
        ))}
        <Tooltip label="Filter by a tag">
          <Button
            variant="subtle"
            px={6}
            aria-label={`Add a filter to ${alias}`}
            disabled={selector.metric === ''}
            onClick={() =>
              onChange({
                ...selector,
                filters: [...selector.filters, { tag: '', op: '=', value: '' }],
              })
            }
          >
            <IconFilterPlus size={16} />
          </Button>
        </Tooltip>
        {!props.namesOnly && (
          <Select
            w={138}
            aria-label={`Reading of ${alias}`}
            data={READING_NAMES.filter(({ value }) => value !== 'quantiles' || isHistogram)}
            value={selector.reading}
            allowDeselect={false}
            onChange={(reading) =>
              onChange({ ...selector, reading: (reading ?? 'value') as Reading })
            }
          />
        )}
        <CommitInput
          w={72}
          aria-label={`Alias of ${alias}`}
          placeholder="Alias"
          value={selector.alias}
          error={selector.alias !== '' && !ALIAS.test(selector.alias)}
          onCommit={(next) => onChange({ ...selector, alias: next.trim() })}
        />
        {props.onRemove && (
          <Tooltip label="Remove">
            <ActionIcon aria-label={`Remove ${alias}`} onClick={props.onRemove}>
              <IconX size={15} />
            </ActionIcon>
          </Tooltip>
        )}
        {isCounter && selector.reading === 'value' && !props.namesOnly && (
          <Button variant="light" onClick={() => onChange({ ...selector, reading: suggested })}>
            {isHistogram
              ? 'This is a histogram: show its quantiles'
              : 'This is a counter: show its rate'}
          </Button>
        )}
        {selector.metric && <MatchInfo matches={matches} />}
      </div>
    </div>
  );
}
