import { ActionIcon, Tooltip } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { TagFilter } from '../query/model';

const BrowseDialog = lazy(() => import('../finder/BrowseDialog'));

export interface BrowseButtonProps {
  alias: string;
  onPick: (metric: string, filters: readonly TagFilter[]) => void;
}

/** Finds the metric of a query by words and tags. */
export function BrowseButton({ alias, onPick }: BrowseButtonProps) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Tooltip label="Browse metrics by their tags">
        <ActionIcon
          size={30}
          aria-label={`Browse metrics for ${alias}`}
          onClick={() => setOpened(true)}
        >
          <IconListSearch size={16} />
        </ActionIcon>
      </Tooltip>
      {opened && (
        <Suspense fallback={null}>
          <BrowseDialog
            onPick={(metric, filters) => {
              setOpened(false);
              onPick(metric, filters);
            }}
            onClose={() => setOpened(false)}
          />
        </Suspense>
      )}
    </>
  );
}
