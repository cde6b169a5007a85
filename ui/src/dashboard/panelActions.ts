import type { Matches } from '../query/useSelectors';
import type { Panel } from './model';
import type { Bound } from './useBindings';

/** What the menu of a panel can do on its dashboard. */
export interface PanelActions {
  /** Whether panels can only be looked at. */
  readOnly: boolean;
  editPath: (panel: Panel) => string;
  /** @param matches of the panel's selectors; undefined while they are not known */
  explorePath: (
    panel: Panel,
    bound: Bound,
    matches: ReadonlyMap<string, Matches> | undefined,
  ) => string;
  /** Shows one panel, by the key of a shown one. */
  view: (key: string) => void;
  duplicate: (panel: Panel) => void;
  remove: (panel: Panel) => void;
  /** Starts moving by keys and buttons. */
  arrange: (panel: Panel) => void;
}
