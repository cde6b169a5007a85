import { ActionIcon, Autocomplete, Select, Switch, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMetricNames, useTagValues } from '../../builder/useNames';
import type { Variable } from '../../dashboard/model';
import { BUCKET_CHOICES } from '../../time/bucket';
import { formatDuration, shortDuration } from '../../time/duration';
import classes from './Dashboard.module.css';

const KINDS = [
  { value: 'tag', label: 'Values of a tag' },
  { value: 'query', label: 'Answers to a query' },
  { value: 'list', label: 'A list' },
  { value: 'text', label: 'A text' },
  { value: 'interval', label: 'Length of a bucket' },
];

export interface VariableFormProps {
  variable: Variable;
  /** Gets null when the variable is removed. */
  onChange: (next: Variable | null) => void;
}

/** What a variable is called, and what can be chosen. */
export function VariableForm({ variable, onChange }: VariableFormProps) {
  const { kind, name } = variable;
  return (
    <div className={classes.variable} role="group" aria-label={`Variable ${name}`}>
      <TextInput
        label="Name"
        placeholder="host"
        w={110}
        value={name}
        onChange={(event) => onChange({ ...variable, name: event.currentTarget.value.trim() })}
      />
      <Select
        label="Kind"
        w={160}
        data={KINDS}
        value={kind}
        allowDeselect={false}
        onChange={(next) =>
          onChange({ ...variable, kind: (next ?? 'tag') as Variable['kind'], initial: null })
        }
      />
      {kind === 'tag' && <TagFields variable={variable} onChange={onChange} />}
      {kind === 'query' && (
        <>
          <TextInput
            label="Query"
            placeholder="label_values(up, instance)"
            w={260}
            value={variable.query}
            onChange={(event) => onChange({ ...variable, query: event.currentTarget.value })}
          />
          <TextInput
            label="Taken of it"
            placeholder="/(.*):\d+/"
            w={130}
            value={variable.regex}
            onChange={(event) => onChange({ ...variable, regex: event.currentTarget.value })}
          />
        </>
      )}
      {kind === 'list' && (
        <TextInput
          label="Values"
          placeholder="a, b"
          w={260}
          value={variable.query}
          onChange={(event) => onChange({ ...variable, query: event.currentTarget.value })}
        />
      )}
      {(kind === 'query' || kind === 'list') && (
        <Switch
          label="Multiple"
          mb={8}
          checked={variable.multi}
          onChange={(event) => onChange({ ...variable, multi: event.currentTarget.checked })}
        />
      )}
      {kind === 'text' && (
        <TextInput
          label="Default"
          placeholder="any"
          w={190}
          value={variable.initial?.[0] ?? ''}
          onChange={(event) => onChange({ ...variable, initial: one(event.currentTarget.value) })}
        />
      )}
      {kind === 'interval' && (
        <Select
          label="Default"
          placeholder="auto"
          w={110}
          data={BUCKET_CHOICES.map((seconds) => ({
            value: shortDuration(seconds),
            label: formatDuration(seconds),
          }))}
          value={variable.initial?.[0] ?? null}
          clearable
          onChange={(next) => onChange({ ...variable, initial: one(next ?? '') })}
        />
      )}
      <ActionIcon aria-label={`Remove variable ${name}`} onClick={() => onChange(null)}>
        <IconTrash size={15} />
      </ActionIcon>
    </div>
  );
}

function TagFields({ variable, onChange }: VariableFormProps) {
  const metrics = useMetricNames();
  const tags = useTagValues(variable.metric);
  return (
    <>
      <Autocomplete
        label="Tag"
        w={130}
        data={Object.keys(tags)}
        value={variable.tag}
        onChange={(tag) => onChange({ ...variable, tag })}
      />
      <Autocomplete
        label="Of metric (or all)"
        w={190}
        limit={50}
        data={metrics}
        value={variable.metric}
        onChange={(metric) => onChange({ ...variable, metric })}
      />
      <Switch
        label="Multiple"
        mb={8}
        checked={variable.multi}
        onChange={(event) => onChange({ ...variable, multi: event.currentTarget.checked })}
      />
    </>
  );
}

function one(value: string): string[] | null {
  return value === '' ? null : [value];
}
