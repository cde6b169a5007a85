import type { Bucket } from '../query/model';
import { type Prepared, useRequest } from '../query/useRequest';
import type { Bindings } from '../query/variables';
import type { Panel } from './model';
import type { Bound } from './useBindings';

const MOST_ROWS = 100_000;
/** Numbers must not depend on the width of the screen. */
const FIGURES_WIDTH = 240;
/** Pixels that a bar takes at least, with the room beside it. */
const BAR = 9;

/** Null for automatic. */
export function secondsOf(bucket: Bucket, bindings: Bindings): number | null {
  if (typeof bucket !== 'string') {
    return bucket;
  }
  const binding = bindings[bucket.slice(1)];
  return binding?.kind === 'interval' ? binding.seconds : null;
}

/** What a panel asks, drawn so many pixels wide. */
export function usePanelRequest(panel: Panel, width: number, bound: Bound): Prepared {
  const { query, bucket, options } = panel;
  const summary = options.type === 'stat' || options.type === 'table';
  return useRequest({
    query,
    bucket: secondsOf(bucket, bound.bindings),
    width: width > 0 && summary ? FIGURES_WIDTH : options.type === 'bars' ? width / BAR : width,
    maxRows: MOST_ROWS,
    summary,
    compare: summary ? 0 : options.compare,
    ...bound,
  });
}
