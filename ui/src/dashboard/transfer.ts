import { isRecord } from '../prefs/stored';
import { download } from '../table/csv';
import type { Draft } from './drafts';
import { text } from './fields';
import { fromGrafana, isGrafana } from './grafana';
import { type Definition, slugOf } from './model';
import { readDefinition } from './read';

/** A dashboard as a file holds it: what `POST /dashboards` takes. */
export interface DashboardFile {
  slug: string;
  title: string;
  definition: Definition;
}

export function exportDashboard({ slug, title, definition }: DashboardFile | Draft): void {
  const file: DashboardFile = { slug, title, definition };
  download(`${slug}.json`, `${JSON.stringify(file, null, 2)}\n`, 'application/json');
}

/** A dashboard from a file, and what of the file cannot be taken, line by line. */
export interface ParsedDashboard extends DashboardFile {
  lost: readonly string[];
}

/**
 * Reads a file of this UI, of the original one or of Grafana, or a bare definition.
 *
 * @throws Error with words for the user
 */
export function parseDashboard(content: string, fileName: string): ParsedDashboard {
  let found: unknown;
  try {
    found = JSON.parse(content);
  } catch {
    throw new Error(`${fileName} is not JSON.`);
  }
  const source = isRecord(found) ? found : {};
  const definition =
    [source.definition, source.dashboard].find((inner) => isRecord(inner)) ?? source;
  if (isGrafana(definition)) {
    const title = text(definition.title) || fileName.replace(/\.json$/i, '');
    return { slug: slugOf(title), title, ...fromGrafana(definition) };
  }
  if (!Array.isArray(definition.panels)) {
    throw new Error(`${fileName} is not a dashboard: it has no panels.`);
  }
  const title = text(source.title) || fileName.replace(/\.json$/i, '');
  return {
    slug: text(source.slug) || slugOf(title),
    title,
    definition: readDefinition(definition),
    lost: [],
  };
}
