import { Button, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../app/Dialog';
import type { Draft } from '../../dashboard/drafts';
import type { Variable } from '../../dashboard/model';
import { QUICK_RANGES } from '../../time/range';
import { parseSelector, selectorText } from '../../url/codec';
import classes from './Dashboard.module.css';
import { MarkList } from './MarkList';
import { VariableForm } from './VariableForm';

export interface DashboardSettingsProps {
  draft: Draft;
  onChange: (next: Pick<Draft, 'definition'>) => void;
  onClose: () => void;
}

const REFRESHES = [5, 10, 30, 60, 300].map((seconds) => ({
  value: String(seconds),
  label: `every ${seconds} s`,
}));
const NEW_VARIABLE: Variable = {
  kind: 'tag',
  name: '',
  tag: '',
  metric: '',
  query: '',
  regex: '',
  multi: true,
  initial: null,
};

/** Variables, marks, and the range and refresh of links that name none. */
export function DashboardSettings({ draft, onChange, onClose }: DashboardSettingsProps) {
  const { definition } = draft;
  const [variables, setVariables] = useState(definition.variables);
  const [marks, setMarks] = useState(definition.marks.map(selectorText));
  const [from, setFrom] = useState(definition.time?.from ?? null);
  const [refresh, setRefresh] = useState(definition.refresh);
  const isValid =
    variables.every(isComplete) && marks.every((text) => parseSelector(text.trim()) !== null);
  const quick = QUICK_RANGES.find((range) => range.from === from);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const time = from === null ? null : { from, to: quick?.to ?? definition.time?.to ?? 'now' };
    const chosen = marks.flatMap((text) => parseSelector(text.trim()) ?? []);
    onChange({ definition: { ...definition, variables, marks: chosen, time, refresh } });
    onClose();
  };
  const ranges = QUICK_RANGES.map((range) => ({ value: range.from, label: range.label }));
  const known = from === null || quick ? ranges : [...ranges, { value: from, label: from }];
  return (
    <Dialog onClose={onClose} title="Settings of this dashboard" size="xl">
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
        <MarkList marks={marks} onChange={setMarks} />
        <Select
          label="Default range"
          placeholder="the reader’s own"
          data={known}
          value={from}
          clearable
          onChange={setFrom}
        />
        <Select
          label="Default refresh"
          placeholder="the reader’s own"
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
    </Dialog>
  );
}

function isComplete({ kind, name, tag }: Variable): boolean {
  return /^[A-Za-z]\w*$/.test(name) && (kind !== 'tag' || tag !== '');
}
