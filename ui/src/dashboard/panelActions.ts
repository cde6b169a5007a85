import type { Panel } from './model';

/** What the menu of a panel can do on its dashboard. */
export interface PanelActions {
  editPath: (panel: Panel) => string;
  explorePath: (panel: Panel) => string;
  view: (panel: Panel) => void;
  duplicate: (panel: Panel) => void;
  remove: (panel: Panel) => void;
  /** Starts moving by keys and buttons. */
  arrange: (panel: Panel) => void;
}
