import { MultiSelect, Select } from '@mantine/core';
import { CommitInput } from '../../builder/Commit';
import type { Variable } from '../../dashboard/model';
import { type Bound, bind } from '../../dashboard/useBindings';
import type { Binding } from '../../query/variables';
import { BUCKET_CHOICES } from '../../time/bucket';
import { formatDuration, shortDuration } from '../../time/duration';
import classes from './Dashboard.module.css';

/** Chooses what all variables are set to. */
export function VariableRow(props: { variables: readonly Variable[]; bound: Bound }) {
  const { variables, bound } = props;
  if (variables.length === 0) {
    return null;
  }
  return (
    <div className={classes.variables} role="group" aria-label="Variables">
      {variables.map((variable) => {
        const binding = bound.bindings[variable.name];
        return (
          binding && (
            <VariableInput
              key={variable.name}
              variable={variable}
              binding={binding}
              choices={bound.choices[variable.name] ?? []}
            />
          )
        );
      })}
    </div>
  );
}

interface InputProps {
  variable: Variable;
  binding: Binding;
  choices: readonly string[];
}

function VariableInput({ variable, binding, choices }: InputProps) {
  switch (binding.kind) {
    case 'values':
      return <Values variable={variable} values={binding.values ?? []} choices={choices} />;
    case 'text':
      return (
        <CommitInput
          label={variable.name}
          w={170}
          placeholder="any"
          value={binding.text}
          onCommit={(text) => bind(variable, text === '' ? null : [text])}
        />
      );
    case 'interval':
      return (
        <Select
          label={variable.name}
          placeholder="auto"
          w={110}
          data={BUCKET_CHOICES.map((seconds) => ({
            value: shortDuration(seconds),
            label: formatDuration(seconds),
          }))}
          value={binding.seconds === null ? null : shortDuration(binding.seconds)}
          clearable
          onChange={(next) => bind(variable, next === null ? null : [next])}
        />
      );
  }
}

/** No choice means all. */
function Values(props: {
  variable: Variable;
  values: readonly string[];
  choices: readonly string[];
}) {
  const { variable, values } = props;
  const data = [...new Set([...props.choices, ...values])];
  return variable.multi ? (
    <MultiSelect
      label={variable.name}
      placeholder={values.length === 0 ? 'all' : ''}
      data={data}
      value={[...values]}
      searchable
      clearable
      miw={150}
      onChange={(next) => bind(variable, next.length > 0 ? next : null)}
    />
  ) : (
    <Select
      label={variable.name}
      placeholder="all"
      data={data}
      value={values[0] ?? null}
      searchable
      clearable
      w={170}
      onChange={(next) => bind(variable, next === null ? null : [next])}
    />
  );
}
