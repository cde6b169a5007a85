import { useMemo, useState } from 'react';
import { useKeys } from '../../app/keys';
import type { Draft, useDashboard } from '../../dashboard/drafts';
import { shownPanels } from '../../dashboard/repeat';
import { useBindings } from '../../dashboard/useBindings';
import { useSave } from '../../dashboard/useSave';
import { useFilledLink } from '../../time/useFilledLink';
import { changeParams, useParams } from '../../url/params';
import { DashboardHead } from './DashboardHead';
import { EventsProvider } from './EventsProvider';
import { FilterBar } from './FilterBar';
import { PanelGrid } from './PanelGrid';
import { SinglePanel } from './SinglePanel';
import { useDashboardGuard } from './useDashboardGuard';
import { usePanelActions } from './usePanelActions';
import { VariableRow } from './VariableRow';

export interface DashboardViewProps {
  draft: Draft;
  edited: boolean;
  dashboard: ReturnType<typeof useDashboard>;
}

/** A loaded dashboard with all that can be done to it. */
export function DashboardView({ draft, edited, dashboard }: DashboardViewProps) {
  const { definition } = draft;
  const { change } = dashboard;
  const params = useParams();
  const [editing, setEditing] = useState(false);
  const [filtering, setFiltering] = useState(false);
  const [arranged, setArranged] = useState<number | null>(null);
  const save = useSave(draft, dashboard);
  const isFilled = useFilledLink(definition);
  const bound = useBindings(definition.variables);
  const actions = usePanelActions(draft, change, (panel) => {
    setEditing(true);
    setArranged(panel.id);
  });
  const leaveKiosk = () => changeParams((p) => p.delete('kiosk'), 'push');
  useKeys({
    'mod+s': () => void save(),
    ...(params.get('kiosk') === '1' ? { esc: leaveKiosk } : {}),
  });
  useDashboardGuard(edited, draft.slug, save);
  const viewed = useMemo(
    () => shownPanels(definition.panels, bound).find(({ key }) => key === params.get('view')),
    [definition.panels, bound, params],
  );
  return (
    <EventsProvider
      draft={draft}
      edited={edited}
      bindings={bound.bindings}
      dashboard={dashboard}
      onSave={save}
    >
      <DashboardHead
        draft={draft}
        edited={edited}
        editing={editing}
        onEditing={(next) => {
          setEditing(next);
          setArranged(null);
        }}
        onFilter={() => setFiltering(true)}
        onChange={change}
        onSave={save}
        onDiscard={dashboard.discard}
      />
      <VariableRow variables={definition.variables} bound={bound} />
      <FilterBar filters={bound.everywhere} adding={filtering} onAdding={setFiltering} />
      {isFilled &&
        (viewed ? (
          <SinglePanel shown={viewed} actions={actions} />
        ) : (
          <PanelGrid
            draft={draft}
            bound={bound}
            editing={editing}
            actions={actions}
            arranged={arranged}
            onArranged={setArranged}
            onPanels={(panels) => change({ definition: { ...definition, panels } })}
          />
        ))}
    </EventsProvider>
  );
}
