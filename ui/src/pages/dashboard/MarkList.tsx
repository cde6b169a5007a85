import { ActionIcon, Autocomplete, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMetricNames } from '../../builder/useNames';
import { parseSelector } from '../../url/codec';
import classes from './Dashboard.module.css';

export interface MarkListProps {
  /** Each as `deploys_total{app="web"}`. */
  marks: readonly string[];
  onChange: (marks: string[]) => void;
}

/** The series whose changes all charts mark. */
export function MarkList({ marks, onChange }: MarkListProps) {
  const metrics = useMetricNames();
  const replace = (index: number, next: string | null) =>
    onChange(marks.flatMap((old, i) => (i === index ? (next ?? []) : old)));
  return (
    <div>
      {marks.map((mark, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a mark is its place in the list
        <div key={index} className={classes.mark}>
          <Autocomplete
            flex={1}
            label="Mark when it changes"
            placeholder='deploys_total{app="web"}'
            limit={50}
            data={metrics}
            value={mark}
            error={mark !== '' && parseSelector(mark.trim()) === null && 'Not a metric'}
            onChange={(next) => replace(index, next)}
          />
          <ActionIcon
            mb={4}
            aria-label={`No longer mark ${mark}`}
            onClick={() => replace(index, null)}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...marks, ''])}
      >
        Mark when a metric changes
      </Button>
    </div>
  );
}
