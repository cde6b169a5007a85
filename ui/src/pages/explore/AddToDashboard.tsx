import { Button } from '@mantine/core';
import { IconLayoutDashboard } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { Unit } from '../../chart/units';
import type { PanelType } from '../../dashboard/model';
import type { Query } from '../../query/model';

const AddDialog = lazy(() => import('./AddDialog'));

export interface AddToDashboardProps {
  query: Query;
  unit: Unit;
  bucket: number | null;
  type: PanelType;
}

/** Puts the query on a dashboard, as a panel. */
export function AddToDashboard(props: AddToDashboardProps) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button leftSection={<IconLayoutDashboard size={14} />} onClick={() => setOpened(true)}>
        Add to dashboard
      </Button>
      {opened && (
        <Suspense fallback={null}>
          <AddDialog {...props} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
