import { useMemo } from 'react';
import { ask } from '../../app/ask';
import type { Draft } from '../../dashboard/drafts';
import { compacted } from '../../dashboard/layout';
import { freeId, type Panel, withoutPanel } from '../../dashboard/model';
import type { PanelActions } from '../../dashboard/panelActions';
import type { Bound } from '../../dashboard/useBindings';
import { secondsOf } from '../../dashboard/usePanelRequest';
import { aliasOf, EMPTY_SELECTOR, type Query } from '../../query/model';
import { bindPromql, withMatchers } from '../../query/promql';
import { filtersFor } from '../../query/request';
import { type Matches, tagKeysOf } from '../../query/useSelectors';
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
  return useMemo(() => {
    const { slug, definition } = draft;
    return {
      readOnly: draft.provided,
      editPath: (panel) => `/d/${encodeURIComponent(slug)}/p/${panel.id}?${params}`,
      explorePath: (panel, bound, matches) => {
        const query = withValues(panel.query, bound, matches);
        return explorePath(query, secondsOf(panel.bucket, bound.bindings), params);
      },
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
          text: 'The panel is deleted permanently when the dashboard is saved.',
          answers: [{ id: 'delete', label: 'Delete', danger: true }],
        });
        if (answer === 'delete') {
          change({ definition: withoutPanel(definition, panel.id) });
        }
      },
      arrange,
    };
  }, [draft, change, params, arrange]);
}

/** A link to a query in the same range. */
function explorePath(query: Query, bucket: number | null, page: URLSearchParams): string {
  const params = new URLSearchParams();
  for (const name of ['from', 'to', 'tz', 'refresh']) {
    const value = page.get(name);
    if (value !== null) {
      params.set(name, value);
    }
  }
  if (bucket !== null) {
    params.set('bucket', shortDuration(bucket));
  }
  writeQuery(query, params);
  return `/explore?${params}`;
}

/** A query as its panel asks it: Explore knows neither variables nor filters of all panels. */
function withValues(
  query: Query,
  { bindings, choices, everywhere }: Bound,
  matches: ReadonlyMap<string, Matches> | undefined,
): Query {
  const selectors = query.builder.selectors.map((selector, index) => {
    const tags = tagKeysOf(matches, { ...selector, alias: aliasOf(selector, index) });
    const own = bindFilters(selector.filters, bindings);
    return { ...selector, filters: [...own, ...filtersFor(tags, everywhere)] };
  });
  const sql = bindSql(query.sql, bindings, choices);
  const filtersOf = (metric: string) =>
    filtersFor(tagKeysOf(matches, { ...EMPTY_SELECTOR, alias: metric, metric }), everywhere);
  const expressions = query.promql.expressions.map(({ expr, legend }) => ({
    expr: withMatchers(bindPromql(expr, bindings, null), filtersOf),
    legend,
  }));
  return {
    ...query,
    sql,
    builder: { ...query.builder, selectors },
    promql: { ...query.promql, expressions },
  };
}
