import type { Panel } from './model';
import type { Bound } from './useBindings';

/** What the menu of a panel can do on its dashboard. */
export interface PanelActions {
  /** Whether panels can only be looked at. */
  readOnly: boolean;
  editPath: (panel: Panel) => string;
  explorePath: (panel: Panel, bound: Bound) => string;
  /** Shows one panel, by the key of a shown one. */
  view: (key: string) => void;
  duplicate: (panel: Panel) => void;
  remove: (panel: Panel) => void;
  /** Starts moving by keys and buttons. */
  arrange: (panel: Panel) => void;
}
