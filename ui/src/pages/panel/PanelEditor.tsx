import { Badge, Button } from '@mantine/core';
import { IconArrowLeft, IconDeviceFloppy } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { useKeys } from '../../app/keys';
import { useWidth } from '../../app/useWidth';
import { CommitInput } from '../../builder/Commit';
import { QueryEditor } from '../../builder/QueryEditor';
import { ALL_VISIBLE } from '../../chart/visibility';
import type { Draft, useDashboard } from '../../dashboard/drafts';
import { LISTED_KINDS, type Panel, replacePanel, type Variable } from '../../dashboard/model';
import { PanelBody } from '../../dashboard/PanelBody';
import { useBindings } from '../../dashboard/useBindings';
import { usePanelRequest } from '../../dashboard/usePanelRequest';
import { useSave } from '../../dashboard/useSave';
import { useRun } from '../../query/useRun';
import { endOf } from '../../result/ends';
import { Progress } from '../../result/Progress';
import { RunNotices } from '../../result/RunNotices';
import { usePageTime } from '../../time/TimeProvider';
import { useFilledLink } from '../../time/useFilledLink';
import { useParams } from '../../url/params';
import { useDashboardGuard } from '../dashboard/useDashboardGuard';
import { VariableRow } from '../dashboard/VariableRow';
import { OptionsForm } from './OptionsForm';
import classes from './PanelEditor.module.css';

export interface PanelEditorProps {
  draft: Draft;
  panel: Panel;
  edited: boolean;
  dashboard: ReturnType<typeof useDashboard>;
}

/** The query and the options of a panel, with a live preview. */
export function PanelEditor({ draft, panel, edited, dashboard }: PanelEditorProps) {
  const { definition, slug } = draft;
  const { tick, refreshNow } = usePageTime();
  const [preview, width] = useWidth<HTMLDivElement>();
  const [visibility, setVisibility] = useState(ALL_VISIBLE);
  const params = useParams();
  const isFilled = useFilledLink(definition);
  const bound = useBindings(definition.variables);
  const { query, bucket } = panel;
  const prepared = usePanelRequest(panel, width, bound);
  const { run, cancel } = useRun(prepared.request, tick, isFilled && bound.known);
  const save = useSave(draft, dashboard);
  useKeys({ 'mod+s': () => void save() });
  useDashboardGuard(edited, slug, save);
  const namesOf = (...kinds: Variable['kind'][]) =>
    definition.variables.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const change = (next: Partial<Panel>) =>
    dashboard.change({ definition: replacePanel(definition, { ...panel, ...next }) });
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Button
          component={Link}
          href={`/d/${encodeURIComponent(slug)}?${params}`}
          leftSection={<IconArrowLeft size={14} />}
        >
          {draft.title}
        </Button>
        <h1 className="visually-hidden">Edit {panel.title}</h1>
        <CommitInput
          className={classes.title}
          aria-label="Title of the panel"
          placeholder="Title"
          value={panel.title}
          onCommit={(title) => change({ title: title.trim() })}
        />
        {edited && (
          <Badge variant="light" color="yellow" role="status">
            Unsaved
          </Badge>
        )}
        <Button
          className={classes.save}
          variant={edited ? 'filled' : 'default'}
          disabled={!edited}
          leftSection={<IconDeviceFloppy size={15} />}
          onClick={() => void save()}
        >
          Save dashboard
        </Button>
      </div>
      <VariableRow variables={definition.variables} bound={bound} />
      <div className={classes.columns}>
        <div className={classes.left}>
          <section className={classes.preview} aria-label="Preview" data-end={endOf(run)}>
            <Progress run={run} onCancel={cancel} />
            <RunNotices
              run={run}
              builder={query.builder}
              matches={prepared.matches}
              onRaiseLimit={undefined}
            />
            <div ref={preview} className={classes.canvas}>
              <PanelBody
                panel={panel}
                run={run}
                matches={prepared.matches}
                visibility={visibility}
                onVisibility={setVisibility}
              />
            </div>
          </section>
          <QueryEditor
            query={query}
            onQuery={(next) => change({ query: next })}
            prepared={prepared}
            run={run}
            onRerun={refreshNow}
            onCancel={cancel}
            bucket={bucket}
            onBucket={(next) => change({ bucket: next })}
            variables={namesOf(...LISTED_KINDS, 'text')}
            intervals={namesOf('interval')}
          />
        </div>
        <OptionsForm
          options={panel.options}
          onChange={(options) => change({ options })}
          repeat={panel.repeat}
          repeatable={namesOf(...LISTED_KINDS)}
          onRepeat={(repeat) => change({ repeat })}
        />
      </div>
    </div>
  );
}
