import { Select } from '@mantine/core';
import { BUCKET_CHOICES } from '../time/bucket';
import { formatDuration } from '../time/duration';

export interface BucketSelectProps {
  /** Seconds; null for automatic. */
  value: number | null;
  /** What automatic means now. */
  auto: number;
  onChange: (bucket: number | null) => void;
}

/** The length of a bucket, or that the width of the chart decides. */
export function BucketSelect({ value, auto, onChange }: BucketSelectProps) {
  const seconds = [...new Set([...BUCKET_CHOICES, ...(value === null ? [] : [value])])];
  const choices = seconds
    .sort((a, b) => a - b)
    .map((length) => ({ value: String(length), label: formatDuration(length) }));
  const automatic = value === null ? `auto ${formatDuration(auto)}` : 'auto';
  return (
    <Select
      w={112}
      aria-label="Bucket"
      data={[{ value: 'auto', label: automatic }, ...choices]}
      value={value === null ? 'auto' : String(value)}
      allowDeselect={false}
      onChange={(choice) => onChange(choice === 'auto' ? null : Number(choice))}
    />
  );
}
