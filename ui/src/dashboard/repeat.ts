import { bindTitle } from '../query/variables';
import { compacted } from './layout';
import { COLUMNS, type Panel } from './model';
import type { Bound } from './useBindings';

/** A panel as it is shown: once, or for a value of the variable by which it is repeated. */
export interface ShownPanel {
  /** Tells it apart on its dashboard, and in a link. */
  key: string;
  panel: Panel;
  bound: Bound;
}

/** More copies than these nobody looks at. */
const MOST = 200;

/** How many copies are left out. */
export function leftOut(panels: readonly Panel[], bound: Bound): number {
  return panels.reduce(
    (sum, { repeat }) => sum + Math.max(0, valuesOf(repeat, bound).length - MOST),
    0,
  );
}

/** Panels with variables in their titles filled in, and repeated ones as often as there are values. */
export function shownPanels(panels: readonly Panel[], bound: Bound): ShownPanel[] {
  const shown = panels.flatMap((panel) => copiesOf(panel, bound));
  const placed = compacted(shown.map(({ panel }, id) => ({ id, layout: panel.layout })));
  return shown.map((one, i) => ({
    ...one,
    panel: { ...one.panel, layout: placed[i]?.layout ?? one.panel.layout },
  }));
}

function copiesOf(panel: Panel, bound: Bound): ShownPanel[] {
  const values = valuesOf(panel.repeat, bound);
  if (values.length === 0) {
    const title = bindTitle(panel.title, bound.bindings);
    return [{ key: String(panel.id), panel: { ...panel, title }, bound }];
  }
  const { w, h, x, y } = panel.layout;
  const inRow = Math.min(values.length, Math.floor(COLUMNS / w));
  const start = x + inRow * w <= COLUMNS ? x : 0;
  return values.slice(0, MOST).map((value, i) => {
    const bindings = {
      ...bound.bindings,
      [panel.repeat]: { kind: 'values' as const, values: [value] },
    };
    const isNamed = panel.title.includes(`$${panel.repeat}`);
    const title = bindTitle(isNamed ? panel.title : `${panel.title} · ${value}`, bindings);
    const layout = { w, h, x: start + (i % inRow) * w, y: y + Math.floor(i / inRow) * h };
    return {
      key: `${panel.id}:${value}`,
      panel: { ...panel, title, layout },
      bound: { ...bound, bindings },
    };
  });
}

function valuesOf(variable: string, { bindings, choices }: Bound): readonly string[] {
  const binding = bindings[variable];
  return binding?.kind === 'values' ? (binding.values ?? choices[variable] ?? []) : [];
}
