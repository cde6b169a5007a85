import { type ChartOptions, type ChartType, DEFAULT_CHART } from '../chart/options';
import type { Reduction } from '../chart/reduce';
import type { Bucket, Query, Selector } from '../query/model';

/** Where a panel lies on a grid of {@link COLUMNS} columns; one row is {@link ROW_PIXELS} high. */
export interface Layout {
  x: number;
  y: number;
  w: number;
  h: number;
}

export const COLUMNS = 12;
export const ROW_PIXELS = 92;

export const PANEL_TYPES = ['line', 'area', 'points', 'bars', 'heatmap', 'stat', 'table'] as const;
export type PanelType = ChartType | 'heatmap' | 'stat' | 'table';

export interface PanelOptions extends Omit<ChartOptions, 'type'> {
  type: PanelType;
  /** What a stat shows of a series. */
  reduce: Reduction;
  /** What the rows of a table are. */
  rows: 'series' | 'answer';
}

export interface Panel {
  id: number;
  title: string;
  layout: Layout;
  query: Query;
  bucket: Bucket;
  options: PanelOptions;
  /** The variable for each of whose values it is there once; empty for none. */
  repeat: string;
}

/** The kinds whose values can be listed. */
export const LISTED_KINDS = ['tag', 'query', 'list'] as const;

export const VARIABLE_KINDS = ['tag', 'query', 'list', 'text', 'interval'] as const;

/**
 * What the reader of a dashboard chooses: values of a tag, of a query or of a list, a text, or the
 * length of a bucket.
 */
export interface Variable {
  kind: (typeof VARIABLE_KINDS)[number];
  /** As in `$host`. */
  name: string;
  /** Of a tag: which. */
  tag: string;
  /** Whose values of the tag are offered; empty for those of all metrics. */
  metric: string;
  /** Of a query: `label_values(up, host)` or `query_result(up)`; of a list: `a, b`. */
  query: string;
  /** What of a query's values is taken, as `/host="(.+)"/`; empty for all of them. */
  regex: string;
  multi: boolean;
  /** The choice of a link that makes none; null for all values, no text or automatic. */
  initial: string[] | null;
}

/** What somebody noted on a dashboard; times are epoch seconds. */
export interface Note {
  id: number;
  at: number;
  /** Null for a moment. */
  until: number | null;
  text: string;
}

/** What a dashboard consists of, as it is stored. */
export interface Definition {
  version: 1;
  /** The range of a link that names none; null leaves it to the reader's settings. */
  time: { from: string; to: string } | null;
  /** Seconds; null as above. */
  refresh: number | null;
  variables: Variable[];
  notes: Note[];
  /** Its charts mark when these series change. */
  marks: Selector[];
  panels: Panel[];
}

export const EMPTY_DEFINITION: Definition = {
  version: 1,
  time: null,
  refresh: null,
  variables: [],
  notes: [],
  marks: [],
  panels: [],
};

export const DEFAULT_OPTIONS: PanelOptions = { ...DEFAULT_CHART, reduce: 'last', rows: 'series' };

export const NEW_LAYOUT = { w: 6, h: 3 };

/** An id that no panel has. */
export function freeId(panels: readonly Panel[]): number {
  return Math.max(0, ...panels.map((panel) => panel.id)) + 1;
}

/** A panel added below the others. */
export function withPanel(definition: Definition, panel: Omit<Panel, 'id' | 'layout'>): Definition {
  const { panels } = definition;
  const bottom = Math.max(0, ...panels.map(({ layout }) => layout.y + layout.h));
  const layout = { x: 0, y: bottom, ...NEW_LAYOUT };
  return { ...definition, panels: [...panels, { ...panel, id: freeId(panels), layout }] };
}

export function withoutPanel(definition: Definition, id: number): Definition {
  return { ...definition, panels: definition.panels.filter((panel) => panel.id !== id) };
}

export function replacePanel(definition: Definition, next: Panel): Definition {
  const panels = definition.panels.map((panel) => (panel.id === next.id ? next : panel));
  return { ...definition, panels };
}

/** The name of a dashboard in its address: of its title, as far as that has letters or digits. */
export function slugOf(title: string): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return slug || 'dashboard';
}

/** A slug that is not taken: `host`, `host-2`, `host-3`. */
export function freeSlug(title: string, taken: readonly string[]): string {
  const base = slugOf(title);
  let slug = base;
  for (let n = 2; taken.includes(slug); n++) {
    slug = `${base}-${n}`;
  }
  return slug;
}
