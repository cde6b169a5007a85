import type { Page } from '@playwright/test';
import {
  builder,
  commit,
  ends,
  expect,
  panel,
  putDashboard,
  result,
  savedText,
  test,
} from './fixtures';

const ONLY = { title: 'Only', layout: { x: 0, y: 0, w: 6, h: 3 }, query: builder('cpu_percent') };

async function inPanelMenu(page: Page, title: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Menu of ${title}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

async function inDashboardMenu(page: Page, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('kiosk mode shows panels only; Esc and Back leave it', async ({ page }) => {
  await page.goto(await putDashboard('kiosk', [ONLY]));
  await ends(panel(page, 'Only'), 'data');
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await inDashboardMenu(page, /^Kiosk mode/);
  await expect(navigation).toBeHidden();
  await expect(page.getByRole('button', { name: /^Time range/ })).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Test kiosk', level: 1 })).toBeVisible();
  await ends(panel(page, 'Only'), 'data');
  await page.goBack();
  await expect(navigation).toBeVisible();
  await page.goForward();
  await expect(navigation).toBeHidden();
  await page.reload();
  await ends(panel(page, 'Only'), 'data');
  await expect(navigation).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(navigation).toBeVisible();
});

test('Inspect shows rows, SQL, plan and JSON of a panel, and a chart as a table', async ({
  page,
}) => {
  await page.goto(await putDashboard('inspected', [ONLY]));
  await ends(panel(page, 'Only'), 'data');
  await inPanelMenu(page, 'Only', 'Inspect');
  const dialog = page.getByRole('dialog', { name: 'Inspect Only' });
  await expect(dialog.getByRole('region', { name: 'Rows' })).toContainText('cpu_percent');
  await dialog.getByRole('tab', { name: 'Query' }).click();
  await expect(dialog.locator('pre')).toContainText('FROM samples');
  await dialog.getByRole('tab', { name: 'Plan' }).click();
  await expect(dialog.getByRole('region', { name: 'Plan' })).toContainText(/Scan/i);
  await dialog.getByRole('tab', { name: 'JSON' }).click();
  const { rows } = JSON.parse((await dialog.locator('pre').textContent()) ?? '') as {
    rows: { bucket: number; value: number }[];
  };
  expect(rows[0]?.bucket).toBeGreaterThan(0);
  await expect(dialog).toContainText(/rows · 3 series/);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  const asTable = panel(page, 'Only').getByRole('button', { name: 'View as table' });
  await asTable.focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('region', { name: 'Rows' })).toBeVisible();
});

test('a panel is opened in Explore, saved as CSV, duplicated and deleted', async ({ page }) => {
  await page.goto(await putDashboard('menus', [ONLY]));
  await ends(panel(page, 'Only'), 'data');
  const download = page.waitForEvent('download');
  await inPanelMenu(page, 'Only', 'CSV');
  expect((await savedText(await download)).split('\r\n')[0]).toContain('bucket');
  await inPanelMenu(page, 'Only', 'Duplicate');
  await ends(panel(page, 'Only (copy)'), 'data');
  await inPanelMenu(page, 'Only', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(panel(page, 'Only')).toBeHidden();
  await expect(panel(page, 'Only (copy)')).toBeVisible();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(panel(page, 'Only')).toBeVisible();
  await inPanelMenu(page, 'Only', 'Explore');
  await ends(result(page), 'data');
  await expect(page.getByRole('combobox', { name: 'Metric A' })).toHaveValue('cpu_percent');
});

test('an exported dashboard is the same when it is imported', async ({ page }) => {
  const options = { unit: 'percent', type: 'area', thresholds: [{ value: 60, level: 'warn' }] };
  await page.goto(await putDashboard('carried', [{ ...ONLY, bucket: 60, options }]));
  await ends(panel(page, 'Only'), 'data');
  const download = page.waitForEvent('download');
  await inDashboardMenu(page, 'Export JSON');
  expect((await download).suggestedFilename()).toBe('carried.json');
  const content = await savedText(await download);
  await page.goto('/ui/dashboards');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import' }).click();
  await (await chooser).setFiles({
    name: 'carried.json',
    mimeType: 'application/json',
    buffer: Buffer.from(content),
  });
  await expect(page.getByText('Dashboard imported')).toBeVisible();
  await ends(panel(page, 'Only'), 'data');
  const slug = /\/d\/([^?]+)/.exec(page.url())?.[1] ?? '';
  expect(slug, 'the old one is not replaced').not.toBe('carried');
  const copy = (await (await page.request.get(`/dashboards/${slug}`)).json()) as object;
  expect(copy).toMatchObject({ ...(JSON.parse(content) as object), slug });
});

/** A dashboard that somebody else saved while it was being edited here. */
async function inConflict(page: Page, slug: string, answer: string): Promise<void> {
  await page.goto(await putDashboard(slug, [ONLY]));
  await page.getByRole('button', { name: 'Edit' }).click();
  await commit(page.getByRole('textbox', { name: 'Title' }), 'Mine');
  await putDashboard(slug, [{ ...ONLY, title: 'Theirs' }]);
  await page.keyboard.press('Control+s');
  const dialog = page.getByRole('dialog', { name: 'Somebody else changed this dashboard' });
  await dialog.getByRole('button', { name: answer }).click();
  await expect(dialog).toBeHidden();
}

test('case 25: a conflict, theirs overwritten', async ({ page }) => {
  await inConflict(page, 'overwritten', 'Overwrite theirs');
  await expect(page.getByText('Dashboard overwritten')).toBeVisible();
  await expect(page.getByText('Unsaved')).toBeHidden();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Mine', level: 1 })).toBeVisible();
  await expect(panel(page, 'Only')).toBeVisible();
  await expect(panel(page, 'Theirs')).toHaveCount(0);
});

test('case 25: a conflict, theirs loaded', async ({ page }) => {
  await inConflict(page, 'loaded', 'Reload theirs');
  await ends(panel(page, 'Theirs'), 'data');
  await expect(page.getByRole('heading', { name: 'Test loaded', level: 1 })).toBeVisible();
  await expect(page.getByText('Unsaved')).toBeHidden();
  const stored = (await (await page.request.get('/dashboards/loaded')).json()) as object;
  expect(stored).toMatchObject({ title: 'Test loaded' });
});

test('the list: search, star, duplicate; what has a star stands first on Home', async ({
  page,
}) => {
  await putDashboard('listed', [ONLY]);
  await page.goto('/ui/dashboards');
  await page.getByRole('textbox', { name: 'Search dashboards' }).fill('Test listed');
  await page.getByRole('button', { name: 'Star Test listed', exact: true }).click();
  await page.getByRole('button', { name: 'Menu of Test listed', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page.getByRole('link', { name: 'Test listed (copy)' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Search dashboards' }).fill('no such board');
  await expect(page.getByText('None matches')).toBeVisible();
  await page.goto('/ui/');
  const first = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('link') })
    .first();
  await expect(first.getByRole('link', { name: 'Test listed', exact: true })).toBeVisible();
  await expect(first.getByLabel('with a star')).toBeVisible();
});
