import { MultiSelect, Select } from '@mantine/core';
import type { Variable } from '../../dashboard/model';
import { type Bound, bind } from '../../dashboard/useBindings';
import classes from './Dashboard.module.css';

/** Chooses the values of all variables. No choice means all. */
export function VariableRow(props: { variables: readonly Variable[]; bound: Bound }) {
  const { variables, bound } = props;
  if (variables.length === 0) {
    return null;
  }
  return (
    <div className={classes.variables} role="group" aria-label="Variables">
      {variables.map((variable) => {
        const { name } = variable;
        const values = bound.bindings[name] ?? [];
        const data = [...new Set([...(bound.choices[name] ?? []), ...values])];
        return variable.multi ? (
          <MultiSelect
            key={name}
            label={name}
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
            key={name}
            label={name}
            placeholder="all"
            data={data}
            value={values[0] ?? null}
            searchable
            clearable
            w={170}
            onChange={(next) => bind(variable, next === null ? null : [next])}
          />
        );
      })}
    </div>
  );
}
