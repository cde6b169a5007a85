import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builder, ends, expect, panel, test } from './fixtures';

/** At once, so that no half of it is ever read. */
function provide(name: string, title: string): () => void {
  const folder = process.env.ANNULUS_E2E_BOARDS ?? '';
  const definition = { version: 1, panels: [{ title: 'Load', query: builder('cpu_percent') }] };
  const file = join(folder, `${name}.json`);
  writeFileSync(`${file}.new`, JSON.stringify({ title, definition }));
  renameSync(`${file}.new`, file);
  return () => rmSync(file);
}

test('a dashboard of a file is read-only, follows its file, and can be copied', async ({
  page,
}) => {
  const remove = provide('provided-fleet', 'Provided');
  const listed = () => page.getByRole('listitem').filter({ hasText: 'provided-fleet' });
  await expect(async () => {
    await page.goto('/ui/dashboards');
    await expect(listed().getByText('Read-only')).toBeVisible({ timeout: 1000 });
  }).toPass();
  await listed().getByRole('link', { name: 'Provided', exact: true }).click();
  await ends(panel(page, 'Load'), 'data');
  await expect(page.getByText('Read-only')).toBeVisible();
  for (const name of ['Save', 'Edit']) {
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  }
  await panel(page, 'Load').getByRole('button', { name: 'Menu of Load' }).click();
  await expect(page.getByRole('menuitem', { name: 'Explore' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Edit' })).toHaveCount(0);
  await page.keyboard.press('Escape');

  provide('provided-fleet', 'Renamed');
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Renamed' })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await expect(page.getByRole('menuitem', { name: 'Delete…' })).toHaveCount(0);
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page).toHaveURL(/\/ui\/d\/renamed-copy/);
  await expect(page.getByRole('button', { name: 'Edit', exact: true })).toBeVisible();

  await page.goto('/ui/d/provided-fleet/p/1');
  await expect(page.getByText('Renamed can only be read')).toBeVisible();
  remove();
});
