import { useEffect, useMemo, useState } from 'react';
import { readVisibility, type Visibility, writeVisibility } from '../../chart/visibility';
import { rememberQuery } from '../../prefs/lists';
import { isRunnable, type Query, readsHistogram } from '../../query/model';
import { titleOf } from '../../query/title';
import { useRequest } from '../../query/useRequest';
import { useRun } from '../../query/useRun';
import { TABS, type Tab } from '../../result/ResultView';
import { parseDuration, shortDuration } from '../../time/duration';
import { usePageTime } from '../../time/TimeProvider';
import { useFilledLink } from '../../time/useFilledLink';
import { readQuery, writeQuery } from '../../url/codec';
import { changeParams, put, useParams } from '../../url/params';

const USUAL_ROWS = 100_000;
const MOST_ROWS = 1_000_000;
/** Pixels that a cell of a heatmap takes at least. */
const CELL = 8;
const NO_BINDINGS = {};

/** Everything the Explore page shows, from its link. */
export function useExplore(width: number) {
  const params = useParams();
  const { tick, refreshNow } = usePageTime();
  const [maxRows, setMaxRows] = useState(USUAL_ROWS);
  const query = useMemo(() => readQuery(params), [params]);
  const bucket = parseDuration(params.get('bucket') ?? '');
  const tab = TABS.find((name) => name === params.get('tab')) ?? null;
  const heatmap = params.get('view') === 'heatmap' && readsHistogram(query);
  const wanted = {
    query,
    bucket,
    width: heatmap ? width / CELL : width,
    heatmap,
    maxRows,
    bindings: NO_BINDINGS,
    choices: NO_BINDINGS,
  };
  const prepared = useRequest(wanted);
  const isFilled = useFilledLink();
  const { run, cancel } = useRun(isFilled ? prepared.request : null, tick);
  useRemembered(query, run.phase === 'done');
  return {
    query,
    bucket,
    tab,
    heatmap,
    prepared,
    run,
    cancel,
    visibility: useMemo(() => readVisibility(params), [params]),
    rerun: refreshNow,
    raiseLimit: maxRows < MOST_ROWS ? () => setMaxRows(MOST_ROWS) : undefined,
    setQuery: (next: Query, step: 'push' | 'replace') =>
      changeParams((p) => writeQuery(next, p), step),
    setBucket: (next: number | null) =>
      changeParams((p) => put(p, 'bucket', next === null ? null : shortDuration(next)), 'replace'),
    setTab: (next: Tab) => changeParams((p) => p.set('tab', next), 'replace'),
    setHeatmap: (next: boolean) =>
      changeParams((p) => put(p, 'view', next ? 'heatmap' : null), 'replace'),
    setVisibility: (next: Visibility) => changeParams((p) => writeVisibility(next, p), 'replace'),
  };
}

/** Puts a query that has run into the history. */
function useRemembered(query: Query, done: boolean): void {
  useEffect(() => {
    if (done && isRunnable(query)) {
      rememberQuery({ title: titleOf(query), params: paramsOf(query) });
    }
  }, [query, done]);
}

export function paramsOf(query: Query): string {
  const params = new URLSearchParams();
  writeQuery(query, params);
  return params.toString();
}
