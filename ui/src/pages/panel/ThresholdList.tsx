import { ActionIcon, Button, NumberInput, Select } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { Threshold } from '../../chart/options';
import classes from './PanelEditor.module.css';

export interface ThresholdListProps {
  thresholds: readonly Threshold[];
  onChange: (thresholds: Threshold[]) => void;
}

const SIDES = [
  { value: 'above', label: 'from' },
  { value: 'below', label: 'to' },
];
const LEVELS = [
  { value: 'warn', label: 'Warning' },
  { value: 'bad', label: 'Bad' },
];

/** Values from which on, or down to which, something is not well. */
export function ThresholdList({ thresholds, onChange }: ThresholdListProps) {
  const replace = (index: number, next: Threshold | null) =>
    onChange(thresholds.flatMap((old, i) => (i === index ? (next ?? []) : old)));
  return (
    <fieldset className={classes.thresholds}>
      <legend>Thresholds</legend>
      {thresholds.map((threshold, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a threshold is its place in the list
        <div key={index} className={classes.threshold}>
          <Select
            aria-label={`Side of threshold ${index + 1}`}
            data={SIDES}
            value={threshold.below ? 'below' : 'above'}
            allowDeselect={false}
            onChange={(side) => replace(index, { ...threshold, below: side === 'below' })}
          />
          <NumberInput
            aria-label={`Threshold ${index + 1}`}
            value={threshold.value}
            onChange={(value) => replace(index, { ...threshold, value: Number(value) || 0 })}
          />
          <Select
            aria-label={`Level of threshold ${index + 1}`}
            data={LEVELS}
            value={threshold.level}
            allowDeselect={false}
            onChange={(level) =>
              replace(index, { ...threshold, level: level === 'bad' ? 'bad' : 'warn' })
            }
          />
          <ActionIcon
            aria-label={`Remove threshold ${index + 1}`}
            onClick={() => replace(index, null)}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...thresholds, { value: 0, level: 'warn' }])}
      >
        Add a threshold
      </Button>
    </fieldset>
  );
}
