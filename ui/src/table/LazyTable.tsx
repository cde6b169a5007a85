import { lazy, Suspense } from 'react';
import type { ResultTableProps } from './ResultTable';
import type { SeriesTableProps } from './SeriesTable';

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

const SeriesTable = lazy(() =>
  import('./SeriesTable').then((loaded) => ({ default: loaded.SeriesTable })),
);

/** The table of series, loaded when the first one is shown. */
export function LazySeriesTable(props: SeriesTableProps) {
  return (
    <Suspense fallback={null}>
      <SeriesTable {...props} />
    </Suspense>
  );
}
