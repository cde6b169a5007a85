import { Button } from '@mantine/core';
import { IconGridDots } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useWidth } from '../../app/useWidth';
import { QueryEditor } from '../../builder/QueryEditor';
import { guessUnit } from '../../chart/guessUnit';
import { DEFAULT_CHART } from '../../chart/options';
import { isRunnable, readsHistogram } from '../../query/model';
import { ResultView } from '../../result/ResultView';
import { AddToDashboard } from './AddToDashboard';
import classes from './Explore.module.css';
import { Idle } from './Idle';
import { QueryLists } from './QueryLists';
import { useExplore } from './useExplore';

/** Asks questions and looks at the answers. */
export default function ExplorePage() {
  const [ref, width] = useWidth<HTMLDivElement>();
  const explore = useExplore(width);
  const { query } = explore;
  const unit = guessUnit(query);
  const options = useMemo(() => ({ ...DEFAULT_CHART, unit }), [unit]);
  return (
    <div className={classes.page} ref={ref}>
      <h1 className="visually-hidden">Explore</h1>
      <QueryEditor
        query={query}
        onQuery={explore.setQuery}
        prepared={explore.prepared}
        run={explore.run}
        onRerun={explore.rerun}
        onCancel={explore.cancel}
        bucket={explore.bucket}
        onBucket={(next) => typeof next !== 'string' && explore.setBucket(next)}
        variables={[]}
        intervals={[]}
        actions={<QueryLists query={query} onOpen={explore.setQuery} />}
      />
      {isRunnable(query) ? (
        <ResultView
          query={query}
          run={explore.run}
          onCancel={explore.cancel}
          matches={explore.prepared.matches}
          tab={explore.tab}
          onTab={explore.setTab}
          options={options}
          visibility={explore.visibility}
          onVisibility={explore.setVisibility}
          onRaiseLimit={explore.raiseLimit}
          heatmap={explore.heatmap}
          actions={
            <>
              {readsHistogram(query) && (
                <Button
                  leftSection={<IconGridDots size={14} />}
                  aria-pressed={explore.heatmap}
                  variant={explore.heatmap ? 'light' : 'default'}
                  onClick={() => explore.setHeatmap(!explore.heatmap)}
                >
                  Heatmap
                </Button>
              )}
              <AddToDashboard
                query={query}
                unit={unit}
                bucket={explore.bucket}
                type={explore.heatmap ? 'heatmap' : 'line'}
              />
            </>
          }
        />
      ) : (
        <Idle onOpen={explore.setQuery} />
      )}
    </div>
  );
}
