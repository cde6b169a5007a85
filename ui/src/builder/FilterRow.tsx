import { ActionIcon, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { OPERATORS, type Operator, type TagFilter } from '../query/model';
import classes from './Builder.module.css';
import { CommitAutocomplete } from './Commit';

export interface FilterRowProps {
  filter: TagFilter;
  tags: Record<string, string[]>;
  variables: readonly string[];
  /** Gets null when the filter is removed. */
  onChange: (filter: TagFilter | null) => void;
}

export function FilterRow({ filter, tags, variables, onChange }: FilterRowProps) {
  const values = [...variables.map((name) => `$${name}`), ...(tags[filter.tag] ?? [])];
  return (
    <div className={classes.filter} role="group" aria-label={`Filter ${filter.tag}`}>
      <CommitAutocomplete
        w={104}
        aria-label="Tag"
        placeholder="Tag"
        data={Object.keys(tags)}
        value={filter.tag}
        onCommit={(tag) => onChange({ ...filter, tag: tag.trim() })}
      />
      <Select
        w={62}
        aria-label="Comparison"
        data={OPERATORS}
        value={filter.op}
        allowDeselect={false}
        onChange={(op) => onChange({ ...filter, op: (op ?? '=') as Operator })}
      />
      <CommitAutocomplete
        w={136}
        aria-label="Value"
        placeholder={filter.op.endsWith('~') ? 'Pattern' : 'Value'}
        data={values}
        value={filter.value}
        onCommit={(value) => onChange({ ...filter, value })}
      />
      <ActionIcon size="sm" aria-label="Remove filter" onClick={() => onChange(null)}>
        <IconX size={13} />
      </ActionIcon>
    </div>
  );
}
