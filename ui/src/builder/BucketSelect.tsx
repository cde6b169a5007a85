import { Select } from '@mantine/core';
import type { Bucket } from '../query/model';
import { BUCKET_CHOICES } from '../time/bucket';
import { formatDuration } from '../time/duration';

export interface BucketSelectProps {
  value: Bucket;
  /** What automatic means now. */
  auto: number;
  /** Names of variables that say it. */
  intervals: readonly string[];
  onChange: (bucket: Bucket) => void;
}

/** The length of a bucket, or that the width of the chart decides. */
export function BucketSelect({ value, auto, intervals, onChange }: BucketSelectProps) {
  const seconds = [...new Set([...BUCKET_CHOICES, ...(typeof value === 'number' ? [value] : [])])];
  const choices = seconds
    .sort((a, b) => a - b)
    .map((length) => ({ value: String(length), label: formatDuration(length) }));
  const automatic = value === null ? `auto ${formatDuration(auto)}` : 'auto';
  return (
    <Select
      w={112}
      aria-label="Bucket"
      data={[
        { value: 'auto', label: automatic },
        ...intervals.map((name) => ({ value: `$${name}`, label: `$${name}` })),
        ...choices,
      ]}
      value={value === null ? 'auto' : String(value)}
      allowDeselect={false}
      onChange={(choice) => onChange(bucketOf(choice ?? 'auto'))}
    />
  );
}

function bucketOf(choice: string): Bucket {
  if (choice === 'auto') {
    return null;
  }
  return choice.startsWith('$') ? `$${choice.slice(1)}` : Number(choice);
}
