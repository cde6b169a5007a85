import { Checkbox, MultiSelect, Select } from '@mantine/core';
import type { BuilderError } from '../query/builderSql';
import {
  ACROSS,
  type Across,
  BUCKET_FUNCTIONS,
  type BucketFunction,
  type BuilderQuery,
  namedSelectors,
} from '../query/model';
import classes from './Builder.module.css';
import { CommitInput } from './Commit';
import { useTagValues } from './useNames';

const FUNCTION_NAMES: Readonly<Record<Across | BucketFunction, string>> = {
  none: 'Keep each series',
  avg: 'Average',
  sum: 'Sum',
  min: 'Minimum',
  max: 'Maximum',
  count: 'Count',
  first: 'First',
  last: 'Last',
};

export interface CombineRowProps {
  builder: BuilderQuery;
  onChange: (builder: BuilderQuery) => void;
  error: BuilderError | null;
}

/** How samples become buckets, series become groups, and groups a formula. */
export function CombineRow({ builder, onChange, error }: CombineRowProps) {
  const metrics = new Set(namedSelectors(builder).map((selector) => selector.metric));
  const [only] = metrics;
  const tags = useTagValues(metrics.size === 1 ? (only ?? '') : '');
  const known = new Set([...Object.keys(tags), ...builder.by]);
  const options = (values: readonly (Across | BucketFunction)[]) =>
    values.map((value) => ({ value, label: FUNCTION_NAMES[value] }));
  const raw = namedSelectors(builder).some((selector) => selector.reading === 'value');
  return (
    <>
      <div className={classes.group}>
        <span>Each bucket</span>
        <Select
          w={106}
          aria-label="Value of a bucket"
          data={options(BUCKET_FUNCTIONS)}
          value={builder.per}
          disabled={!raw}
          allowDeselect={false}
          onChange={(per) => onChange({ ...builder, per: (per ?? 'avg') as BucketFunction })}
        />
      </div>
      <div className={classes.group}>
        <span>Across series</span>
        <Select
          w={158}
          aria-label="Across series"
          data={options(ACROSS)}
          value={builder.across}
          allowDeselect={false}
          onChange={(across) => onChange({ ...builder, across: (across ?? 'none') as Across })}
        />
        {builder.across !== 'none' && (
          <>
            <span>by</span>
            <MultiSelect
              className={classes.by ?? ''}
              miw={130}
              aria-label="Group by"
              placeholder={builder.by.length === 0 ? 'nothing' : ''}
              data={[...known].sort()}
              value={builder.by}
              searchable
              clearable
              onChange={(by) => onChange({ ...builder, by })}
            />
          </>
        )}
      </div>
      <div className={classes.group}>
        <span>Formula</span>
        <CommitInput
          w={190}
          aria-label="Formula"
          placeholder="(A * 5 + B) / 2"
          value={builder.formula}
          error={error?.field === 'formula' ? error.message : undefined}
          onCommit={(formula) => onChange({ ...builder, formula })}
        />
        {builder.formula !== '' && (
          <Checkbox
            label="Show its inputs"
            checked={builder.inputs}
            onChange={(event) => onChange({ ...builder, inputs: event.currentTarget.checked })}
          />
        )}
      </div>
    </>
  );
}
