import { expect, test } from 'vitest';
import { ForeignDashboard } from './grafana';
import { parseDashboard } from './transfer';

const GRAFANA = {
  title: 'Node',
  schemaVersion: 39,
  templating: { list: [{ name: 'instance' }] },
  panels: [
    {
      title: 'CPU',
      type: 'timeseries',
      gridPos: { x: 0, y: 0, w: 12, h: 8 },
      targets: [{ expr: 'rate(node_cpu_seconds_total[5m])' }, { expr: 'up' }],
    },
    { type: 'row', panels: [{ title: 'Notes', type: 'text' }] },
  ],
};

test("Grafana's dashboard is refused with what cannot be taken, and not emptied in silence", () => {
  for (const file of [GRAFANA, { dashboard: GRAFANA }, { ...GRAFANA, schemaVersion: undefined }]) {
    try {
      parseDashboard(JSON.stringify(file), 'node.json');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ForeignDashboard);
      expect((error as ForeignDashboard).reasons).toEqual([
        'CPU: rate(node_cpu_seconds_total[5m])',
        'CPU: up',
        'Notes: a panel of type text',
        'Variable $instance',
      ]);
    }
  }
});

test('a file of this UI is taken', () => {
  const file = { slug: 'x', title: 'X', definition: { version: 1, panels: [{ title: 'P' }] } };
  expect(parseDashboard(JSON.stringify(file), 'x.json').definition.panels).toHaveLength(1);
});
