import { ActionIcon, Autocomplete, Button, Modal, Select, Switch, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useMetricNames, useTagValues } from '../../builder/useNames';
import type { Draft } from '../../dashboard/drafts';
import type { Variable } from '../../dashboard/model';
import { QUICK_RANGES } from '../../time/range';
import classes from './Dashboard.module.css';

export interface DashboardSettingsProps {
  draft: Draft;
  onChange: (next: Pick<Draft, 'definition'>) => void;
  onClose: () => void;
}

const REFRESHES = [5, 10, 30, 60, 300].map((seconds) => ({
  value: String(seconds),
  label: `every ${seconds} s`,
}));
const NEW_VARIABLE: Variable = { name: '', tag: '', metric: '', multi: true, initial: null };

/** Variables, and the range and refresh of links that name none. */
export function DashboardSettings({ draft, onChange, onClose }: DashboardSettingsProps) {
  const { definition } = draft;
  const [variables, setVariables] = useState(definition.variables);
  const [from, setFrom] = useState(definition.time?.from ?? null);
  const [refresh, setRefresh] = useState(definition.refresh);
  const isValid = variables.every(({ name, tag }) => /^[A-Za-z]\w*$/.test(name) && tag !== '');
  const quick = QUICK_RANGES.find((range) => range.from === from);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const time = from === null ? null : { from, to: quick?.to ?? definition.time?.to ?? 'now' };
    onChange({ definition: { ...definition, variables, time, refresh } });
    onClose();
  };
  const ranges = QUICK_RANGES.map((range) => ({ value: range.from, label: range.label }));
  const known = from === null || quick ? ranges : [...ranges, { value: from, label: from }];
  return (
    <Modal opened onClose={onClose} title="Variables and defaults" size="lg">
      <form onSubmit={submit} className={classes.settings}>
        {variables.map((variable, index) => (
          <VariableForm
            // biome-ignore lint/suspicious/noArrayIndexKey: a variable is its place in the list
            key={index}
            variable={variable}
            onChange={(next) =>
              setVariables(variables.flatMap((old, i) => (i === index ? (next ?? []) : old)))
            }
          />
        ))}
        <div>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => setVariables([...variables, NEW_VARIABLE])}
          >
            Add a variable
          </Button>
        </div>
        <Select
          label="Range when opened"
          placeholder="as the reader prefers"
          data={known}
          value={from}
          clearable
          onChange={setFrom}
        />
        <Select
          label="Refresh when opened"
          placeholder="as the reader prefers"
          data={REFRESHES}
          value={refresh === null ? null : String(refresh)}
          clearable
          onChange={(value) => setRefresh(value === null ? null : Number(value))}
        />
        <div>
          <Button type="submit" variant="filled" disabled={!isValid}>
            Apply
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function VariableForm(props: { variable: Variable; onChange: (next: Variable | null) => void }) {
  const { variable, onChange } = props;
  const metrics = useMetricNames();
  const tags = useTagValues(variable.metric);
  return (
    <div className={classes.variable} role="group" aria-label={`Variable ${variable.name}`}>
      <TextInput
        label="Name"
        placeholder="host"
        w={110}
        value={variable.name}
        onChange={(event) => onChange({ ...variable, name: event.currentTarget.value.trim() })}
      />
      <Autocomplete
        label="Values of the tag"
        w={140}
        data={Object.keys(tags)}
        value={variable.tag}
        onChange={(tag) => onChange({ ...variable, tag })}
      />
      <Autocomplete
        label="of metric (or all)"
        w={190}
        limit={50}
        data={metrics}
        value={variable.metric}
        onChange={(metric) => onChange({ ...variable, metric })}
      />
      <Switch
        label="Several"
        checked={variable.multi}
        onChange={(event) => onChange({ ...variable, multi: event.currentTarget.checked })}
      />
      <ActionIcon aria-label={`Remove variable ${variable.name}`} onClick={() => onChange(null)}>
        <IconTrash size={15} />
      </ActionIcon>
    </div>
  );
}
