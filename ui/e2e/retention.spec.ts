import { expect, test } from './fixtures';
import { NOW } from './seed';

test('the retention of all series of a name changes at once, and not unasked', async ({ page }) => {
  const samples = ['a', 'b', 'c'].map((host) => ({
    name: 'bulk_retention',
    ts: NOW,
    value: 1,
    tags: { host },
    step: 10,
    slots: 360,
  }));
  const created = await page.request.post('/ingest/gauge', { data: samples });
  const { token } = (await created.json()) as { token: string };
  await page.request.get(`/metrics?limit=1&after=${encodeURIComponent(token)}`);
  const rings = async () => {
    const found = await page.request.get('/metrics?search=bulk_retention');
    const { metrics } = (await found.json()) as { metrics: { step: number; slots: number }[] };
    return metrics.map(({ step, slots }) => `${slots} × ${step}`);
  };
  await page.goto('/ui/metrics?q=bulk_retention');
  await page.getByRole('button', { name: 'Retention of bulk_retention' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retention of bulk_retention' });
  await dialog.getByLabel('Slots').fill('720');
  await expect(dialog).toContainText('3 series are changed together');
  await expect(dialog.getByRole('row', { name: /Window/ })).toHaveText('Window1 h2 h');
  await dialog.getByRole('button', { name: 'Change retention…' }).click();
  const question = page.getByRole('dialog', { name: 'Change the rings of 3 series?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await rings()).toEqual(['360 × 10', '360 × 10', '360 × 10']);
  await dialog.getByRole('button', { name: 'Change retention…' }).click();
  await question.getByRole('button', { name: 'Change 3 series' }).click();
  await expect(page.getByText('Retention of 3 series changed')).toBeVisible();
  expect(await rings()).toEqual(['720 × 10', '720 × 10', '720 × 10']);
});
