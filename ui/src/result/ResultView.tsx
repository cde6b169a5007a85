import { Button, Tabs } from '@mantine/core';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ChartView } from '../chart/ChartView';
import { type ChartOptions, DEFAULT_CHART } from '../chart/options';
import type { Visibility } from '../chart/visibility';
import { HeatView } from '../heatmap/HeatView';
import type { Outcome } from '../query/execute';
import { timeColumn } from '../query/frame';
import type { Query } from '../query/model';
import { openFrom } from '../query/openFrom';
import type { Run } from '../query/useRun';
import type { Matches } from '../query/useSelectors';
import { useRing } from '../ring/useRing';
import { LazyTable } from '../table/LazyTable';
import { absoluteText, zoomOut } from '../time/range';
import { usePageTime } from '../time/TimeProvider';
import { endOf, shownOutcome } from './ends';
import { JsonTab } from './JsonTab';
import { PlanTab } from './PlanTab';
import { Progress } from './Progress';
import { RunNotices } from './RunNotices';
import classes from './result.module.css';
import { StatsLine } from './StatsLine';
import { copyMarkdown, saveCsv } from './takeAway';

export const TABS = ['graph', 'table', 'plan', 'json'] as const;
export type Tab = (typeof TABS)[number];
const TAB_NAMES: Readonly<Record<Tab, string>> = {
  graph: 'Graph',
  table: 'Table',
  plan: 'Plan',
  json: 'JSON',
};

export interface ResultViewProps {
  query: Query;
  run: Run;
  onCancel: () => void;
  matches: ReadonlyMap<string, Matches> | undefined;
  /** Null chooses by what came back. */
  tab: Tab | null;
  onTab: (tab: Tab) => void;
  options?: ChartOptions;
  /** Whether its histogram is drawn as a heatmap. */
  heatmap?: boolean;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  onRaiseLimit?: (() => void) | undefined;
  actions?: ReactNode;
}

/** A result as graph, table, plan and JSON, with how it came about. */
export function ResultView(props: ResultViewProps) {
  const { query, run } = props;
  const { zone } = usePageTime();
  const outcome = shownOutcome(run);
  const isPlan = props.tab === 'plan' && query.mode === 'promql';
  const tab = isPlan ? usualTab(outcome) : (props.tab ?? usualTab(outcome));
  return (
    <section className={classes.card} aria-label="Result" data-end={endOf(run)}>
      <div className={classes.head}>
        <Tabs value={tab} onChange={(next) => props.onTab(next as Tab)}>
          <Tabs.List>
            {TABS.filter((name) => name !== 'plan' || query.mode !== 'promql').map((name) => (
              <Tabs.Tab key={name} value={name}>
                {TAB_NAMES[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
        <div className={classes.actions}>
          <Button
            leftSection={<IconDownload size={14} />}
            disabled={!outcome}
            onClick={() => outcome && saveCsv(outcome, zone)}
          >
            CSV
          </Button>
          <Button
            leftSection={<IconCopy size={14} />}
            disabled={!outcome}
            onClick={() => outcome && copyMarkdown(outcome, zone)}
          >
            Markdown
          </Button>
          {props.actions}
        </div>
      </div>
      <Progress run={run} onCancel={props.onCancel} />
      <RunNotices
        run={run}
        builder={query.builder}
        matches={props.matches}
        onRaiseLimit={props.onRaiseLimit}
      />
      <div
        className={run.phase === 'running' ? classes.dimmed : undefined}
        aria-busy={run.phase === 'running'}
      >
        {outcome && <Body {...props} tab={tab} outcome={outcome} />}
      </div>
      {outcome && <StatsLine outcome={outcome} />}
    </section>
  );
}

function usualTab(outcome: Outcome | null): Tab {
  const isDrawn = !outcome?.request.promql?.instant;
  return !outcome || (isDrawn && timeColumn(outcome.answer.columns) >= 0) ? 'graph' : 'table';
}

function Body(props: ResultViewProps & { tab: Tab; outcome: Outcome }) {
  const { outcome, query, run } = props;
  const time = usePageTime();
  const ring = useRing(props.matches, props.tab === 'graph');
  const { request } = outcome;
  const zoomOutHere = () =>
    time.setRange(zoomOut(absoluteText(request.range), { now: 0, zone: 'UTC' }));
  switch (props.tab) {
    case 'graph':
      if (props.heatmap && request.histogram === 'buckets') {
        return (
          <div className={classes.graph}>
            <HeatView
              outcome={outcome}
              unit={props.options?.unit ?? 'none'}
              zone={time.zone}
              title="Result"
              state={endOf(run)}
              onZoom={time.zoomTo}
              onZoomOut={zoomOutHere}
              onHover={time.setHovering}
            />
          </div>
        );
      }
      return timeColumn(outcome.answer.columns) < 0 ? (
        <p className="dim">
          A graph needs a column named bucket or ts with epoch seconds. The rows are under Table.
        </p>
      ) : (
        <div className={classes.graph}>
          <ChartView
            series={outcome.series}
            range={request.range}
            bucket={query.mode === 'sql' ? null : request.bucket}
            openFrom={openFrom(outcome)}
            ring={ring}
            options={props.options ?? DEFAULT_CHART}
            zone={time.zone}
            title="Result"
            state={endOf(run)}
            visibility={props.visibility}
            onVisibility={props.onVisibility}
            onZoom={time.zoomTo}
            onZoomOut={zoomOutHere}
            onHover={time.setHovering}
            onTable={() => props.onTab('table')}
          />
        </div>
      );
    case 'table':
      return (
        <div className={classes.tall}>
          <LazyTable outcome={outcome} zone={time.zone} />
        </div>
      );
    case 'plan':
      return <PlanTab request={request} />;
    case 'json':
      return <JsonTab outcome={outcome} />;
  }
}
