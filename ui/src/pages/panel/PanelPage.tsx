import { useParams as useRouteParams } from 'wouter';
import { Notice } from '../../app/Notice';
import { useDashboard } from '../../dashboard/drafts';
import { LoadFailure } from '../dashboard/LoadFailure';
import { PanelEditor } from './PanelEditor';

/** Edits one panel of a dashboard. */
export default function PanelPage() {
  const { slug = '', id = '' } = useRouteParams<{ slug: string; id: string }>();
  const dashboard = useDashboard(slug);
  const { loaded } = dashboard;
  if (loaded.state === 'loading') {
    return <p className="dim">Loading…</p>;
  }
  if (loaded.state === 'failed') {
    return <LoadFailure error={loaded.error} slug={slug} />;
  }
  const { draft, edited } = loaded;
  if (draft.provided) {
    return (
      <Notice kind="info" title={`${draft.title} can only be read`}>
        It comes from a file on the server. Duplicate it to change the copy.
      </Notice>
    );
  }
  const panel = draft.definition.panels.find((one) => String(one.id) === id);
  return panel ? (
    <PanelEditor key={id} draft={draft} panel={panel} edited={edited} dashboard={dashboard} />
  ) : (
    <Notice kind="error" title={`${draft.title} has no panel ${id}`}>
      It may have been deleted.
    </Notice>
  );
}
