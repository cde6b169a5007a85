import { commit, ends, expect, explore, result, test } from './fixtures';
import { NAMES } from './seed';

/** How much longer than promised a busy machine may take. */
const SLACK = Number(process.env.ANNULUS_E2E_SLACK ?? 5);

test('case 28: search among ten thousand names', async ({ page }) => {
  await page.goto('/ui/metrics');
  const list = page.getByRole('table', { name: 'Metrics' });
  await expect(list.getByRole('row').nth(1)).toBeVisible();
  const times: number[] = [];
  for (const text of ['service_09', 'service_091', 'service_0912', 'service_09123']) {
    const answered = page.waitForResponse((r) => r.url().includes(`search=${text}&`));
    await page.getByRole('textbox', { name: 'Search metrics' }).fill(text);
    const timing = (await answered).request();
    await (await answered).finished();
    times.push(timing.timing().responseEnd - timing.timing().requestStart);
  }
  await expect(
    list.getByRole('link', { name: 'service_09123_latency_seconds', exact: true }),
  ).toBeVisible();
  await expect(list.getByRole('row')).toHaveCount(2);
  times.sort((a, b) => a - b);
  expect(times[1], 'milliseconds of a search').toBeLessThan(200 * SLACK);
});

test('case 28: cardinality totals are those of the API', async ({ page }) => {
  await page.goto('/ui/metrics?tab=cardinality');
  const api = (await (await page.request.get('/stats/cardinality?by=name&limit=5')).json()) as {
    items: { value: string; series: number }[];
    total: number;
  };
  expect(api.total).toBeGreaterThan(NAMES);
  await expect(page.locator('[data-total]')).toContainText(
    `with ${api.total.toLocaleString('en')} names`,
  );
  const names = page.getByRole('table').first();
  for (const { value, series } of api.items) {
    await expect(names.getByRole('row', { name: `${value} ${series}` })).toBeVisible();
  }
  await expect(page.getByRole('row', { name: /host 3 / })).toBeVisible();
});

test('case 29: retention shows the new window; deleting needs the typed name', async ({ page }) => {
  await page.goto('/ui/metrics?q=short_ring');
  await page.getByRole('link', { name: 'short_ring', exact: true }).click();
  const retention = page.getByRole('region', { name: 'Retention' });
  await retention.getByLabel('Slots').fill('720');
  await expect(retention.getByRole('row', { name: /Window/ })).toContainText('2 h');
  await retention.getByRole('button', { name: 'Change retention' }).click();
  await expect(page.getByText('Retention changed')).toBeVisible();
  await expect(retention.getByRole('row', { name: /Window/ })).toContainText('2 h2 h');

  const created = await page.request.post('/ingest/gauge', {
    data: { name: 'doomed', ts: 1_768_478_400, value: 1 },
  });
  const { token } = (await created.json()) as { token: string };
  await page.request.get(`/metrics?limit=1&after=${encodeURIComponent(token)}`);
  await page.goto('/ui/metrics?q=doomed');
  await page.getByRole('link', { name: 'doomed', exact: true }).click();
  await page.getByRole('button', { name: 'Delete this series…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete doomed?' });
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await dialog.getByRole('textbox').fill('dooomed');
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await commit(dialog.getByRole('textbox'), 'doomed');
  await expect(page.getByText('doomed deleted')).toBeVisible();
  await page.goto(explore({ s: 'doomed' }));
  await ends(result(page), /empty|error/);
});

test('a metric tells how far its ring reaches and what goes next', async ({ page }) => {
  await page.goto('/ui/metrics?q=mem_used');
  await page.getByRole('link', { name: 'mem_used_percent', exact: true }).first().click();
  await expect(page.getByText('Reaches back')).toBeVisible();
  await expect(page.getByText('Overwritten next')).toBeVisible();
});
