import { useMemo } from 'react';
import { ask } from '../../app/ask';
import type { Draft } from '../../dashboard/drafts';
import { compacted } from '../../dashboard/layout';
import { freeId, type Panel, withoutPanel } from '../../dashboard/model';
import type { PanelActions } from '../../dashboard/panelActions';
import type { Query } from '../../query/model';
import { type Bindings, bindFilters } from '../../query/variables';
import { shortDuration } from '../../time/duration';
import { writeQuery } from '../../url/codec';
import { changeParams, useParams } from '../../url/params';

/** The actions of panels on a dashboard that is being shown. */
export function usePanelActions(
  draft: Draft,
  change: (next: Partial<Pick<Draft, 'definition'>>) => void,
  bindings: Bindings,
  arrange: (panel: Panel) => void,
): PanelActions {
  const params = useParams();
  const search = params.toString();
  return useMemo(() => {
    const { slug, definition } = draft;
    return {
      editPath: (panel) => `/d/${encodeURIComponent(slug)}/p/${panel.id}?${search}`,
      explorePath: (panel) => explorePath(panel, bindings, new URLSearchParams(search)),
      view: (panel) => changeParams((p) => p.set('view', String(panel.id)), 'push'),
      duplicate: (panel) => {
        const { panels } = definition;
        const copy = {
          ...panel,
          id: freeId(panels),
          title: `${panel.title} (copy)`,
          layout: { ...panel.layout, y: panel.layout.y + panel.layout.h },
        };
        change({ definition: { ...definition, panels: compacted([...panels, copy]) } });
      },
      remove: async (panel) => {
        const answer = await ask({
          title: `Delete ${panel.title || 'this panel'}?`,
          text: 'The panel goes for good once the dashboard is saved.',
          answers: [{ id: 'delete', label: 'Delete', danger: true }],
        });
        if (answer === 'delete') {
          change({ definition: withoutPanel(definition, panel.id) });
        }
      },
      arrange,
    };
  }, [draft, change, bindings, search, arrange]);
}

/** A link to the same query and range, with variables filled in, for Explore knows none. */
function explorePath(panel: Panel, bindings: Bindings, page: URLSearchParams): string {
  const params = new URLSearchParams();
  for (const name of ['from', 'to', 'tz', 'refresh']) {
    const value = page.get(name);
    if (value !== null) {
      params.set(name, value);
    }
  }
  if (panel.bucket !== null) {
    params.set('bucket', shortDuration(panel.bucket));
  }
  writeQuery(withValues(panel.query, bindings), params);
  return `/explore?${params}`;
}

function withValues(query: Query, bindings: Bindings): Query {
  const selectors = query.builder.selectors.map((selector) => ({
    ...selector,
    filters: bindFilters(selector.filters, bindings),
  }));
  return { ...query, builder: { ...query.builder, selectors } };
}
