import { type Prepared, useRequest } from '../query/useRequest';
import type { Panel } from './model';
import type { Bound } from './useBindings';

const MOST_ROWS = 100_000;
/** Numbers must not depend on the width of the screen. */
const FIGURES_WIDTH = 240;

/** What a panel asks, drawn so many pixels wide. */
export function usePanelRequest(panel: Panel, width: number, bound: Bound): Prepared {
  const { query, bucket, options } = panel;
  const summary = options.type === 'stat' || options.type === 'table';
  return useRequest({
    query,
    bucket,
    width: summary && width > 0 ? FIGURES_WIDTH : width,
    maxRows: MOST_ROWS,
    summary,
    ...bound,
  });
}
