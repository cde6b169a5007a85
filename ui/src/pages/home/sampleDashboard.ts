import { putDashboard } from '../../api/dashboards';
import { isStatus } from '../../api/problem';

const SLUG = 'sample-data';
const at = (x: number, y: number, w: number, h: number) => ({ x, y, w, h });
const of = (metric: string, more: object = {}) => ({
  builder: { selectors: [{ metric, ...more }] },
});
const TEMPERATURE = 'demo_temperature_celsius';
const REQUESTS = 'demo_requests_total';

const DEFINITION = {
  version: 1,
  time: { from: 'now-6h', to: 'now' },
  refresh: null,
  variables: [],
  panels: [
    {
      id: 1,
      title: 'Temperature now',
      layout: at(0, 0, 6, 2),
      query: of(TEMPERATURE),
      options: { type: 'stat', decimals: 1 },
    },
    {
      id: 2,
      title: 'Rooms',
      layout: at(6, 0, 6, 2),
      query: of(TEMPERATURE),
      options: { type: 'table', decimals: 1 },
    },
    { id: 3, title: 'Temperature by room', layout: at(0, 2, 12, 3), query: of(TEMPERATURE) },
    {
      id: 4,
      title: 'Requests per second',
      layout: at(0, 5, 6, 3),
      query: of(REQUESTS, { reading: 'rate' }),
      options: { type: 'area', unit: 'per second' },
    },
    {
      id: 5,
      title: 'Queue',
      layout: at(6, 5, 6, 3),
      query: of('demo_queue_length'),
      options: { type: 'bars' },
    },
  ],
};

/** Stores the dashboard of the sample data, unless there is one; its path. */
export async function sampleDashboard(): Promise<string> {
  try {
    await putDashboard({ slug: SLUG, title: 'Sample data', definition: DEFINITION }, 'absent');
  } catch (error) {
    if (!isStatus(error, 412)) {
      throw error;
    }
  }
  return `/d/${SLUG}`;
}
