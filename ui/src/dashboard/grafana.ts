import { isRecord } from '../prefs/stored';
import { records, text } from './fields';

/** A file that is a dashboard of another program; `reasons` says what cannot be taken, line by line. */
export class ForeignDashboard extends Error {
  constructor(
    message: string,
    readonly reasons: readonly string[],
  ) {
    super(message);
  }
}

/** Whether a definition is Grafana's: its panels name data sources and targets. */
export function isGrafana(source: Record<string, unknown>): boolean {
  return (
    typeof source.schemaVersion === 'number' ||
    '__inputs' in source ||
    records(source.panels).some((panel) => 'targets' in panel || 'gridPos' in panel)
  );
}

/** What of Grafana's dashboard has no counterpart: each query, since none of them is SQL of here. */
export function refuseGrafana(source: Record<string, unknown>, fileName: string): ForeignDashboard {
  const reasons = panelsOf(source).flatMap((panel) => {
    const title = text(panel.title) || 'Untitled panel';
    const queries = records(panel.targets).map(queryOf).filter(Boolean);
    return queries.length > 0
      ? queries.map((query) => `${title}: ${query}`)
      : [`${title}: a panel of type ${text(panel.type) || 'unknown'}`];
  });
  const templating = isRecord(source.templating) ? source.templating : {};
  const variables = records(templating.list).map((one) => `Variable $${text(one.name)}`);
  return new ForeignDashboard(
    `${fileName} is a Grafana dashboard. Its queries are for another data source, so nothing was imported.`,
    [...reasons, ...variables],
  );
}

/** Rows that are folded hold panels of their own. */
function panelsOf(source: Record<string, unknown>): Record<string, unknown>[] {
  const rows = records(source.rows).flatMap(panelsOf);
  return [
    ...rows,
    ...records(source.panels).flatMap((panel) =>
      text(panel.type) === 'row' ? panelsOf(panel) : [panel],
    ),
  ];
}

function queryOf(target: Record<string, unknown>): string {
  return text(target.expr) || text(target.rawSql) || text(target.query) || text(target.target);
}
