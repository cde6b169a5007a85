import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { BuilderError } from '../query/builderSql';
import { aliasOf, type BuilderQuery, EMPTY_SELECTOR, type Selector } from '../query/model';
import type { Matches } from '../query/useSelectors';
import classes from './Builder.module.css';
import { CombineRow } from './CombineRow';
import { SelectorRow } from './SelectorRow';

const MOST_SELECTORS = 26;

export interface BuilderProps {
  builder: BuilderQuery;
  onChange: (builder: BuilderQuery) => void;
  matches: ReadonlyMap<string, Matches> | undefined;
  error: BuilderError | null;
  /** Whether only the names in a SQL text are to be chosen. */
  namesOnly: boolean;
  /** Offered as tag values, such as `$host`. */
  variables: readonly string[];
  /** Beside how to combine. */
  more?: ReactNode;
}

/** Chooses metrics and what to do with them. Every change counts at once. */
export function Builder(props: BuilderProps) {
  const { builder, onChange, matches, error, namesOnly } = props;
  // Until it has a metric, a further selector is no part of the query, nor of its link.
  const [further, setFurther] = useState<Selector | null>(null);
  const rows = further ? [...builder.selectors, further] : builder.selectors;
  const change = (selectors: Selector[]) => onChange({ ...builder, selectors });
  const replace = (index: number, next: Selector) => {
    if (index < builder.selectors.length) {
      change(builder.selectors.map((other, i) => (i === index ? next : other)));
    } else if (next.metric === '') {
      setFurther(next);
    } else {
      setFurther(null);
      change([...builder.selectors, next]);
    }
  };
  const remove = (index: number) =>
    index < builder.selectors.length
      ? change(builder.selectors.filter((_, i) => i !== index))
      : setFurther(null);
  return (
    <div className={classes.builder}>
      {rows.map((selector, index) => (
        <SelectorRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a selector is its place in the list
          key={index}
          selector={selector}
          alias={aliasOf(selector, index)}
          matches={matches?.get(aliasOf(selector, index))}
          namesOnly={namesOnly}
          variables={props.variables}
          onChange={(next) => replace(index, next)}
          onRemove={rows.length > 1 ? () => remove(index) : undefined}
        />
      ))}
      <div className={classes.footer}>
        {builder.selectors.length < MOST_SELECTORS && (
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            disabled={further !== null}
            onClick={() => setFurther(EMPTY_SELECTOR)}
          >
            {namesOnly ? 'Add a name' : 'Add a metric'}
          </Button>
        )}
        {props.more}
        {!namesOnly && <CombineRow builder={builder} onChange={onChange} error={error} />}
      </div>
      {error && error.field !== 'formula' && (
        <p className={classes.error} role="alert">
          {error.message}
        </p>
      )}
    </div>
  );
}
