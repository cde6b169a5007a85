import { useState } from 'react';
import { FilterRow } from '../../builder/FilterRow';
import { useTagValues } from '../../builder/useNames';
import type { TagFilter } from '../../query/model';
import { writeFilters } from '../../url/filters';
import { changeParams } from '../../url/params';
import classes from './Dashboard.module.css';

const NEW: TagFilter = { tag: '', op: '=', value: '' };

export interface FilterBarProps {
  filters: readonly TagFilter[];
  /** Whether one more is being written. */
  adding: boolean;
  onAdding: (adding: boolean) => void;
}

/** Filters on all panels whose metrics have the tag. They are part of the link. */
export function FilterBar({ filters, adding, onAdding }: FilterBarProps) {
  const tags = useTagValues('');
  // Until it has a tag and a value, a filter is no part of the link.
  const [further, setFurther] = useState(NEW);
  const write = (next: readonly TagFilter[]) => changeParams((p) => writeFilters(next, p), 'push');
  const change = (index: number, next: TagFilter | null) => {
    if (index < filters.length) {
      write(filters.flatMap((old, i) => (i === index ? (next ?? []) : old)));
    } else if (next && (next.tag === '' || next.value === '')) {
      setFurther(next);
    } else {
      setFurther(NEW);
      onAdding(false);
      if (next) {
        write([...filters, next]);
      }
    }
  };
  if (filters.length === 0 && !adding) {
    return null;
  }
  return (
    <div className={classes.filters} role="group" aria-label="Filters of all panels">
      {[...filters, ...(adding ? [further] : [])].map((filter, index) => (
        <FilterRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a filter is its place in the list
          key={index}
          filter={filter}
          tags={tags}
          variables={[]}
          onChange={(next) => change(index, next)}
        />
      ))}
    </div>
  );
}
