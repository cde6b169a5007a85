import type { Locator } from '@playwright/test';
import {
  attribute,
  builder,
  chart,
  choose,
  commit,
  drag,
  ends,
  expect,
  explore,
  panel,
  putDashboard,
  result,
  SLOW_SQL,
  savedText,
  test,
  typeSql,
} from './fixtures';
import { NOW } from './seed';

test('flow 1: open a dashboard, drag over the spike, all follow, copy an absolute link', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const link = await putDashboard(
    'flow-1',
    [
      { title: 'CPU', layout: { x: 0, y: 0, w: 6, h: 3 }, query: builder('cpu_percent') },
      { title: 'Memory', layout: { x: 6, y: 0, w: 6, h: 3 }, query: builder('mem_used_percent') },
    ],
    { time: { from: 'now-1h', to: 'now' } },
  );
  await page.goto(link);
  await ends(panel(page, 'CPU'), 'data');
  await expect(chart(panel(page, 'CPU'))).toHaveAttribute('data-to', String(NOW));
  await drag(page, chart(panel(page, 'CPU')), 0.48, 0.6);
  await expect(chart(panel(page, 'Memory'))).not.toHaveAttribute('data-to', String(NOW));
  const from = (await chart(panel(page, 'CPU')).getAttribute('data-from')) ?? '';
  await expect(chart(panel(page, 'Memory'))).toHaveAttribute('data-from', from);
  await page.getByRole('button', { name: 'Copy link' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(copied).searchParams.get('from')).toMatch(/^2026-01-15T/);
  await page.goto(copied);
  await expect(chart(panel(page, 'Memory'))).toHaveAttribute('data-from', from);
});

test('flow 2: find a metric, open it in Explore, filter, rate, put it on a dashboard', async ({
  page,
}) => {
  await page.goto('/ui/metrics?from=now-1h&to=now');
  await page.getByRole('textbox', { name: 'Search metrics' }).fill('net_bytes');
  const row = page.getByRole('row', { name: /net_bytes_sent.*host=web-1/ });
  await expect(row.locator('svg path[d^=M]').first()).toBeAttached();
  await row.getByRole('link', { name: 'Explore net_bytes_sent' }).click();
  await ends(result(page), 'data');
  await expect(page.getByRole('combobox', { name: 'Metric A' })).toHaveValue('net_bytes_sent');
  await commit(page.getByRole('combobox', { name: 'Value', exact: true }).last(), 'web-2');
  await choose(page, page.getByRole('combobox', { name: 'Reading of A' }), 'Rate per second');
  await ends(result(page), 'data');
  await page.getByRole('button', { name: 'Add to dashboard' }).click();
  await page.getByLabel('Title of the panel').fill('Sent by web-2');
  await choose(page, page.getByRole('combobox', { name: 'Dashboard' }), 'A new dashboard');
  await page.getByLabel('Title of the dashboard').fill('Flow two');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page).toHaveURL(/\/ui\/d\/flow-two/);
  await ends(panel(page, 'Sent by web-2'), 'data');
});

test('eight actions from nothing to CPU by host and network rates on a dashboard', async ({
  page,
}) => {
  let actions = 0;
  const click = async (target: Locator) => {
    actions++;
    await target.click();
  };
  const row = (name: string) => page.locator(`[data-group="${name}"]`);
  await page.goto('/ui/?tz=UTC');
  for (const metric of ['cpu_percent', 'net_bytes_sent']) {
    await click(page.getByRole('link', { name: 'Metrics', exact: true }));
    await click(row(metric).getByRole('link', { name: 'by host' }));
    await ends(result(page), 'data');
    await click(page.getByRole('button', { name: 'Add to dashboard' }));
    await click(page.getByRole('button', { name: 'Add', exact: true }));
    await expect(page).toHaveURL(/\/ui\/d\/my-dashboard/);
  }
  expect(actions).toBeLessThanOrEqual(8);
  for (const title of ['cpu_percent by host', 'rate(net_bytes_sent) by host']) {
    await ends(panel(page, title), 'data');
    await expect(chart(panel(page, title))).toHaveAttribute('data-series', '3');
  }
});

test('flow 3: SQL with completion, the marked error, the plan, CSV', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(explore({ sql: '' }));
  await typeSql(page, '');
  await page.keyboard.type('SELECT nam');
  await page.locator('.cm-tooltip-autocomplete').getByText('name', { exact: true }).click();
  await page.keyboard.insertText(', stepp FROM metrics ORDER BY name LIMIT 5');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('stepp');
  await typeSql(page, 'SELECT name, step FROM metrics ORDER BY name LIMIT 5');
  await page.keyboard.press('Control+Enter');
  await ends(result(page), 'data');
  await page.getByRole('tab', { name: 'Plan' }).click();
  await expect(page.getByRole('region', { name: 'Plan' })).toContainText(/Scan/i);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = await savedText(await download);
  expect(csv.split('\r\n')[0]).toBe('name,step');
  expect(csv.trimEnd().split('\r\n')).toHaveLength(6);
  await page.getByRole('button', { name: 'Markdown' }).click();
  await expect(page.getByText('Table copied')).toBeVisible();
  const table = await page.evaluate(() => navigator.clipboard.readText());
  expect(table.split('\n').slice(0, 2)).toEqual(['| name | step |', '| --- | --- |']);
});

test('flow 4: why is it empty: the ring holds an hour; change its retention', async ({ page }) => {
  const name = 'flow_ring';
  await page.request.post('/ingest/gauge', {
    data: Array.from({ length: 120 }, (_, i) => ({
      name,
      ts: NOW - i * 30,
      value: i,
      step: 30,
      slots: 120,
    })),
  });
  await expect
    .poll(async () => {
      const found = await page.request.post('/metrics/lookup', { data: { name } });
      return ((await found.json()) as { metrics: object[] }).metrics.length;
    })
    .toBe(1);
  await page.goto(explore({ s: name, from: '2026-01-14', to: '2026-01-14 12:00' }));
  await ends(result(page), 'empty');
  await expect(page.getByText(/holds .* of 1 h/)).toBeVisible();
  await expect(result(page).getByRole('status')).toContainText('Its window is 1 h');
  await result(page).getByRole('link', { name: 'Change its retention' }).click();
  const retention = page.getByRole('region', { name: 'Retention' });
  await retention.getByLabel('Slots').fill('2880');
  await retention.getByRole('button', { name: 'Change retention' }).click();
  await expect(page.getByText('Retention changed')).toBeVisible();
  await expect(retention.getByRole('row', { name: /Window/ })).toContainText('1 d');
});

test.describe('in real time', () => {
  test.use({ clock: 'real' });

  test('flow 5: a runaway query is seen in Status and cancelled there', async ({
    page,
    context,
  }) => {
    await page.goto(explore({ sql: '' }));
    await typeSql(page, SLOW_SQL);
    await page.keyboard.press('Control+Enter');
    await ends(result(page), 'running');
    const status = await context.newPage();
    await status.goto(`${process.env.ANNULUS_E2E_URL}/ui/status`);
    const running = status.getByRole('region', { name: 'Running queries' });
    const row = running.getByRole('row', { name: /v0 \+ v1/ });
    await row.getByRole('button', { name: 'Cancel' }).click();
    await ends(result(page), 'error');
    await expect(result(page).getByRole('alert')).toContainText(/cancel/i);
    await expect(row).toBeHidden();
  });

  test('case 2, flow 6: an empty database: sample data, and a chart within a minute', async ({
    page,
  }) => {
    const root = process.env.ANNULUS_E2E_EMPTY_URL;
    await page.goto(`${root}/ui/`);
    const steps = page.getByRole('region', { name: 'First steps' });
    await expect(steps).toContainText(`curl -s ${root}/ingest/gauge`);
    await steps.getByRole('button', { name: 'Load sample data' }).click();
    await expect(page).toHaveURL(/\/ui\/d\/sample-data/);
    const temperature = panel(page, 'Temperature by room');
    await ends(temperature, 'data');
    await expect(chart(temperature)).toHaveAttribute('data-series', '3');
    expect(await attribute(chart(temperature), 'data-points')).toBeGreaterThan(100);
  });
});
