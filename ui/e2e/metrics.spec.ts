import { chart, commit, ends, expect, explore, result, test } from './fixtures';
import { NAMES } from './seed';

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
  await expect(page.getByRole('row', { name: /host \d+ / })).toBeVisible();
  // Each leads to what it counts.
  await names.getByRole('link', { name: 'crowd', exact: true }).click();
  await expect(page.locator('[data-count]')).toHaveAttribute('data-count', '100');
  await expect(page.getByRole('textbox', { name: 'Search metrics' })).toHaveValue('crowd');
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

test('a counter says why its retention stays, a metric that is gone says so', async ({ page }) => {
  await page.goto('/ui/metrics?q=net_bytes_sent');
  await page.getByRole('link', { name: 'net_bytes_sent', exact: true }).first().click();
  const retention = page.getByRole('region', { name: 'Retention' });
  await expect(retention).toContainText('cannot be changed');
  await expect(retention.getByRole('button')).toHaveCount(0);
  await page.goto('/ui/metrics/999999999');
  await expect(page.getByRole('alert')).toContainText('There is no metric 999999999');
  await page.goto('/ui/metrics?q=no_such_name');
  await expect(page.getByText('No metric name or tag contains')).toBeVisible();
});

for (const width of [1440, 800, 390]) {
  test(`the list shows how far each ring reaches, ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await page.goto('/ui/metrics?q=mem_used_percent');
    const row = page.getByRole('row', { name: /host=web-1/ });
    await expect(row.getByRole('meter', { name: 'Ring filled' })).toBeVisible();
    await expect(row.getByText(/of 1 d$/)).toBeVisible();
  });
}

test('series of a name open in place; words and tags find them; Explore is a click away', async ({
  page,
}) => {
  await page.goto('/ui/metrics');
  const list = page.getByRole('table', { name: 'Metrics' });
  const group = list.locator('[data-group="crowd"]');
  await expect(group).toContainText('100 series');
  await expect(list.getByRole('row', { name: /item=007/ })).toHaveCount(0);
  await group.getByRole('button', { name: 'crowd, 100 series' }).click();
  await expect(list.getByRole('row', { name: /item=007/ })).toBeVisible();

  const search = page.getByRole('textbox', { name: 'Search metrics' });
  const count = page.locator('[data-count]');
  const finds = async (text: string, series: number) => {
    await search.fill(text);
    await expect(count, text).toHaveAttribute('data-count', String(series));
  };
  await finds('percent cpu', 3);
  await finds('web-1', 4);
  await finds('percent web-1', 3);
  await finds('host=db-1', 4);
  await finds('percent host=~web-1|db-1', 6);
  await finds('percent host!=web-1 dc!~us', 3);
  await finds('item=042', 1);
  await expect(list.getByRole('row', { name: /item=042/ })).toBeVisible();

  await finds('cpu_percent', 3);
  await list.getByRole('link', { name: 'by host' }).click();
  await ends(result(page), 'data');
  await expect(page).toHaveURL(/s=cpu_percent&agg=avg&by=host/);
});

test('a tag, a value of it, and what remains: beside the list, and for a query', async ({
  page,
}) => {
  await page.goto('/ui/metrics');
  const count = page.locator('[data-count]');
  await expect(count).toHaveAttribute('data-count', /\d+/);
  await page.getByRole('button', { name: 'Browse tags' }).click();
  const tags = page.getByRole('region', { name: 'Tags' });
  await tags.getByRole('button', { name: /^host/ }).click();
  await tags.getByRole('checkbox', { name: 'web-1' }).check();
  await expect(page.getByRole('textbox', { name: 'Search metrics' })).toHaveValue('host=web-1');
  await expect(count).toHaveAttribute('data-count', '4');
  // What remains has one data centre; the other hosts can still be chosen.
  await tags.getByRole('button', { name: /^dc/ }).click();
  const centres = tags.getByRole('group', { name: 'Values of dc' });
  await expect(centres.getByRole('checkbox')).toHaveCount(1);
  await tags.getByRole('checkbox', { name: 'db-1' }).check();
  await expect(count).toHaveAttribute('data-count', '8');
  await expect(centres.getByRole('checkbox')).toHaveCount(2);
  await expect(page).toHaveURL(/q=host%3D%7Eweb-1%7Cdb-1/);
  await page.reload();
  await expect(tags.getByRole('checkbox', { name: 'db-1' })).toBeChecked();

  await page.goto(explore({ s: '' }));
  await page.getByRole('button', { name: 'Browse metrics for A' }).click();
  const dialog = page.getByRole('dialog', { name: 'Browse metrics' });
  await dialog.getByRole('button', { name: /^host/ }).click();
  await dialog.getByRole('checkbox', { name: 'web-2' }).check();
  await expect(dialog.getByRole('list', { name: 'Metrics' }).getByRole('button')).toHaveCount(4);
  await dialog.getByRole('button', { name: /^cpu_percent/ }).click();
  await ends(result(page), 'data');
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  await expect(page).toHaveURL(/s=cpu_percent%7Bhost%3D%22web-2%22%7D/);
});
