import type { Page } from '@playwright/test';
import { chart, choose, commit, ends, expect, explore, nextAnswer, result, test } from './fixtures';
import { NOW } from './seed';

/** Explore without range, zone and refresh: what a reader prefers fills its link. */
const PLAIN = '/ui/explore?s=cpu_percent';

async function openSettings(page: Page): Promise<void> {
  await page.goto('/ui/settings');
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
}

test('settings: the theme stays, in this browser', async ({ page }) => {
  await openSettings(page);
  await page.getByText('Dark', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('settings: zone, range and refresh of a page whose link names none', async ({ page }) => {
  await openSettings(page);
  const zone = page.getByRole('combobox', { name: 'Time zone' });
  await zone.fill('Kolkata');
  await page.getByRole('option', { name: 'Asia/Kolkata' }).click();
  await choose(page, page.getByRole('combobox', { name: 'Time range' }), 'Last 6 hours');
  await choose(page, page.getByRole('combobox', { name: 'Refresh' }), 'every 30s');

  await page.goto(PLAIN);
  await ends(result(page), 'data');
  await expect(chart(page)).toHaveAttribute('data-from', String(NOW - 6 * 3600));
  await expect(page.getByRole('button', { name: 'Time zone: Asia/Kolkata' })).toBeVisible();
  await expect(page.locator('[data-refresh]')).toHaveAttribute('data-refresh', '30');
  const params = new URL(page.url()).searchParams;
  expect([params.get('tz'), params.get('refresh')]).toEqual(['Asia/Kolkata', '30s']);

  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  await expect(chart(page), 'a link goes first').toHaveAttribute('data-from', String(NOW - 3600));
});

test('settings: a clock of twelve hours, on the axis and in the tooltip', async ({ page }) => {
  const shown = /from 2026-01-15 11:00:00 am to 2026-01-15 12:00:00 pm/;
  await openSettings(page);
  await page.getByText('12 hours', { exact: true }).click();
  await page.addInitScript(() => {
    const { prototype } = CanvasRenderingContext2D;
    const { fillText } = prototype;
    prototype.fillText = function (...args) {
      document.documentElement.dataset.drawn += `|${args[0]}`;
      fillText.apply(this, args);
    };
  });
  await page.goto(explore({ s: 'gappy', bucket: '1m' }));
  await ends(result(page), 'data');
  await expect(chart(page).getByRole('img')).toHaveAttribute('aria-label', shown);
  await expect(page.locator('html')).toHaveAttribute('data-drawn', /\|11:30 am\|/);
  const box = await chart(page).locator('.u-over').boundingBox();
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) - 3, (box?.y ?? 0) + 40);
  await expect(chart(page).getByText('2026-01-15 12:00:00 pm')).toBeVisible();
});

test('settings: how many queries are remembered, and clearing them', async ({ page }) => {
  await openSettings(page);
  await commit(page.getByRole('textbox', { name: 'Queries to remember' }), '2');
  for (const metric of ['gappy', 'formula_a', 'formula_b']) {
    await page.goto(explore({ s: metric }));
    await ends(result(page), 'data');
  }
  await page.getByRole('button', { name: 'Queries' }).click();
  await expect(page.getByRole('menuitem', { name: 'formula_b' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'formula_a' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'gappy' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Kept');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();

  await openSettings(page);
  await page.getByRole('button', { name: 'Clear the history' }).click();
  await expect(page.getByText('History cleared')).toBeVisible();
  await page.getByRole('button', { name: 'Clear saved queries…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clear saved queries?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.goto('/ui/');
  await expect(page.getByText('What you run in Explore appears here.')).toBeVisible();
  await page.goto('/ui/explore');
  await page.getByRole('button', { name: 'Queries' }).click();
  const answered = nextAnswer(page);
  await page.getByRole('menuitem', { name: 'Kept' }).first().click();
  await answered;
  await openSettings(page);
  await page.getByRole('button', { name: 'Clear saved queries…' }).click();
  await dialog.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByText('Saved queries cleared')).toBeVisible();
});
