import {
  builder,
  chart,
  commit,
  drag,
  ends,
  expect,
  explore,
  iso,
  panel,
  putDashboard,
  result,
  test,
  tooltipAt,
  typeSql,
} from './fixtures';
import { NOW } from './seed';

/** What people complain of elsewhere. */
test('the zone stays through a zoom, a look at one panel, and Explore', async ({ page }) => {
  const link = await putDashboard('zones', [{ title: 'CPU', query: builder('cpu_percent') }]);
  await page.goto(`${link}?tz=Asia/Kolkata&from=${iso(NOW - 3600)}&to=${iso(NOW)}`);
  await ends(panel(page, 'CPU'), 'data');
  await drag(page, chart(panel(page, 'CPU')), 0.3, 0.7);
  await expect(chart(panel(page, 'CPU'))).not.toHaveAttribute('data-to', String(NOW));
  const zone = page.getByRole('button', { name: /^Time zone: Asia\/Kolkata/ });
  await expect(zone).toBeVisible();
  for (const item of ['View', 'Explore']) {
    await panel(page, 'CPU').getByRole('button', { name: 'Menu of CPU' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await expect(zone).toBeVisible();
  }
  await ends(result(page), 'data');
  expect(await tooltipAt(page, chart(page), NOW - 1800)).toContain('2026-01-15 17:00:00');
});

test('a tooltip tells of what is under the pointer, also after the range has moved', async ({
  page,
}) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  const view = chart(page);
  expect(await tooltipAt(page, view, NOW - 1800)).toContain('2026-01-15 11:30:00');
  await page.keyboard.press('t');
  await page.keyboard.press('ArrowLeft');
  await expect(view).toHaveAttribute('data-to', String(NOW - 1800));
  await ends(result(page), 'data');
  await expect(view.locator('.u-over')).toContainText('2026-01-15 11:00:00');
  await expect(view.locator('.u-over')).not.toContainText('11:30:00');
});

test.describe('while time goes on', () => {
  test.use({ clock: 'ticking' });

  test('what is being written outlives refreshes', async ({ page }) => {
    await page.goto(`/ui/explore?from=now-1h&to=now&refresh=5s&tz=UTC&s=cpu_percent&sql=SELECT+1`);
    await typeSql(page, 'SELECT 2 AS half');
    const asked = page.waitForRequest((request) => request.url().endsWith('/query'));
    await page.clock.runFor(6000);
    await asked;
    await expect(page.getByRole('textbox', { name: 'SQL' })).toContainText('SELECT 2 AS half');

    const link = await putDashboard('written', [{ title: 'CPU', query: builder('cpu_percent') }]);
    await page.goto(`${link}/p/1?from=now-1h&to=now&refresh=5s`);
    await commit(page.getByRole('textbox', { name: 'Title of the panel' }), 'Renamed');
    const again = page.waitForRequest((request) => request.url().endsWith('/query'));
    await page.clock.runFor(6000);
    await again;
    await expect(page.getByRole('textbox', { name: 'Title of the panel' })).toHaveValue('Renamed');
    await expect(page.getByText('Unsaved')).toBeVisible();
    page.once('dialog', (dialog) => void dialog.dismiss());
    const asks = page.waitForEvent('dialog');
    await page.evaluate(() => setTimeout(() => window.location.reload()));
    expect((await asks).type()).toBe('beforeunload');
  });
});
