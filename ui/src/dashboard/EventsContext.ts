import { createContext, useContext } from 'react';
import type { ChartEvent } from '../chart/events';

/** What all charts of a dashboard mark, and how notes come to be. */
export interface DashboardEvents {
  events: readonly ChartEvent[];
  /** Starts to write a note; undefined where the dashboard can only be read. */
  onNote?: (at: number) => void;
  onOpen?: (note: number) => void;
}

const NONE: DashboardEvents = { events: [] };

export const EventsContext = createContext<DashboardEvents>(NONE);

export function useEvents(): DashboardEvents {
  return useContext(EventsContext);
}
