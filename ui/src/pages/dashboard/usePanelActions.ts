import { useMemo } from 'react';
import { ask } from '../../app/ask';
import type { Draft } from '../../dashboard/drafts';
import { compacted } from '../../dashboard/layout';
import { freeId, type Panel, withoutPanel } from '../../dashboard/model';
import type { PanelActions } from '../../dashboard/panelActions';
import type { Bound } from '../../dashboard/useBindings';
import { secondsOf } from '../../dashboard/usePanelRequest';
import type { Query } from '../../query/model';
import { bindFilters, bindSql } from '../../query/variables';
import { shortDuration } from '../../time/duration';
import { writeQuery } from '../../url/codec';
import { changeParams, useParams } from '../../url/params';

/** The actions of panels on a dashboard that is being shown. */
export function usePanelActions(
  draft: Draft,
  change: (next: Partial<Pick<Draft, 'definition'>>) => void,
  arrange: (panel: Panel) => void,
): PanelActions {
  const params = useParams();
  const search = params.toString();
  return useMemo(() => {
    const { slug, definition } = draft;
    return {
      readOnly: draft.provided,
      editPath: (panel) => `/d/${encodeURIComponent(slug)}/p/${panel.id}?${search}`,
      explorePath: (panel, bound) => explorePath(panel, bound, new URLSearchParams(search)),
      view: (key) => changeParams((p) => p.set('view', key), 'push'),
      duplicate: ({ id }) => {
        const { panels } = definition;
        // As it is stored: what is shown may be one of several, with a title of its own.
        const panel = panels.find((one) => one.id === id);
        if (!panel) {
          return;
        }
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
  }, [draft, change, search, arrange]);
}

/** A link to the same query and range, with variables filled in, for Explore knows none. */
function explorePath(panel: Panel, bound: Bound, page: URLSearchParams): string {
  const params = new URLSearchParams();
  for (const name of ['from', 'to', 'tz', 'refresh']) {
    const value = page.get(name);
    if (value !== null) {
      params.set(name, value);
    }
  }
  const bucket = secondsOf(panel.bucket, bound.bindings);
  if (bucket !== null) {
    params.set('bucket', shortDuration(bucket));
  }
  writeQuery(withValues(panel.query, bound), params);
  return `/explore?${params}`;
}

function withValues(query: Query, { bindings, choices }: Bound): Query {
  const selectors = query.builder.selectors.map((selector) => ({
    ...selector,
    filters: bindFilters(selector.filters, bindings),
  }));
  const sql = bindSql(query.sql, bindings, choices);
  return { ...query, sql, builder: { ...query.builder, selectors } };
}
