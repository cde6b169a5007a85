import type { Bucket } from '../query/model';
import { type Prepared, useRequest } from '../query/useRequest';
import type { Bindings } from '../query/variables';
import type { Panel, PanelType } from './model';
import type { Bound } from './useBindings';

const MOST_ROWS = 100_000;
/** Numbers must not depend on the width of the screen. */
const FIGURES_WIDTH = 240;
/** Pixels that one takes at least, with the room beside it. */
const LEAST_PIXELS: Partial<Record<PanelType, number>> = { bars: 9, heatmap: 8 };

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
    width: width > 0 && summary ? FIGURES_WIDTH : width / (LEAST_PIXELS[options.type] ?? 1),
    maxRows: MOST_ROWS,
    summary,
    heatmap: options.type === 'heatmap',
    compare: summary ? 0 : options.compare,
    ...bound,
  });
}
