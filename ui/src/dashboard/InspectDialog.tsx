import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../app/Dialog';
import type { Request } from '../query/request';
import type { Run } from '../query/useRun';
import { shownOutcome } from '../result/ends';
import { JsonTab } from '../result/JsonTab';
import { PlanTab } from '../result/PlanTab';
import classes from '../result/result.module.css';
import { StatsLine } from '../result/StatsLine';
import { LazyTable } from '../table/LazyTable';
import { usePageTime } from '../time/TimeProvider';
import type { Panel } from './model';

export interface InspectDialogProps {
  panel: Panel;
  run: Run;
  onClose: () => void;
}

/** What is behind a panel: rows, SQL, plan and JSON. */
export function InspectDialog({ panel, run, onClose }: InspectDialogProps) {
  const [tab, setTab] = useState<string | null>('data');
  const { zone } = usePageTime();
  const outcome = shownOutcome(run);
  return (
    <Dialog onClose={onClose} title={`Inspect ${panel.title}`} size="xl">
      {outcome ? (
        <>
          <Tabs value={tab} onChange={setTab} mb={8}>
            <Tabs.List>
              <Tabs.Tab value="data">Data</Tabs.Tab>
              <Tabs.Tab value="query">Query</Tabs.Tab>
              {!outcome.request.promql && <Tabs.Tab value="plan">Plan</Tabs.Tab>}
              <Tabs.Tab value="json">JSON</Tabs.Tab>
            </Tabs.List>
          </Tabs>
          {tab === 'data' && (
            <div style={{ height: '50vh' }}>
              <LazyTable outcome={outcome} zone={zone} />
            </div>
          )}
          {tab === 'query' && <pre className={classes.code}>{textOf(outcome.request)}</pre>}
          {tab === 'plan' && <PlanTab request={outcome.request} />}
          {tab === 'json' && <JsonTab outcome={outcome} />}
          <StatsLine outcome={outcome} />
        </>
      ) : (
        <p>There is no result yet.</p>
      )}
    </Dialog>
  );
}

/** What was asked, variables filled in. */
function textOf({ sql, promql }: Request): string {
  return promql ? promql.expressions.map(({ expr }) => expr).join('\n\n') : sql;
}
