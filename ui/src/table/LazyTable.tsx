import { lazy, Suspense } from 'react';
import type { ResultTableProps } from './ResultTable';

const ResultTable = lazy(() =>
  import('./ResultTable').then((loaded) => ({ default: loaded.ResultTable })),
);

/** The table, loaded when the first one is shown. */
export function LazyTable(props: ResultTableProps) {
  return (
    <Suspense fallback={null}>
      <ResultTable {...props} />
    </Suspense>
  );
}
