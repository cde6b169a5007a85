import type { Page } from '@playwright/test';
import {
  attribute,
  chart,
  commit,
  drag,
  ends,
  expect,
  explore,
  iso,
  nextAnswer,
  result,
  savedText,
  test,
} from './fixtures';
import { NIGHT, NOW } from './seed';

async function applyRange(page: Page, from: string, to: string): Promise<void> {
  await page.getByRole('button', { name: /^Time range/ }).click();
  await page.getByRole('textbox', { name: 'From' }).fill(from);
  await page.getByRole('textbox', { name: 'To' }).fill(to);
  await page.getByRole('button', { name: 'Apply' }).click();
}

async function shows(page: Page, from: number, to: number): Promise<void> {
  await expect(chart(page)).toHaveAttribute('data-from', String(from));
  await expect(chart(page)).toHaveAttribute('data-to', String(to));
}

test('case 13: relative, absolute and mixed ranges; nonsense keeps the old one', async ({
  page,
}) => {
  await page.goto(explore({ s: 'cpu_percent', from: 'now-1h', to: 'now' }));
  await shows(page, NOW - 3600, NOW);
  await applyRange(page, 'now-30m', 'now-10m');
  await shows(page, NOW - 1800, NOW - 600);
  await applyRange(page, '2026-01-15 10:00', '2026-01-15 11:00:00');
  await shows(page, NOW - 7200, NOW - 3600);
  await applyRange(page, '2026-01-15 11:30', 'now');
  await shows(page, NOW - 1800, NOW);

  await page.getByRole('button', { name: /^Time range/ }).click();
  await page.getByRole('textbox', { name: 'From' }).fill('yesterday-ish');
  await expect(page.getByText('Not a time')).toBeVisible();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.keyboard.press('Escape');
  await shows(page, NOW - 1800, NOW);

  await page.getByRole('button', { name: /^Time range/ }).click();
  await page.getByRole('button', { name: 'Calendar' }).click();
  const day = page.getByRole('button', { name: '15 January 2026' });
  await day.click();
  await day.click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await shows(page, NOW - 12 * 3600, NOW + 12 * 3600 - 1);
});

test('case 14: drag zooms and asks for finer data; t z and Back undo it', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent', from: iso(NOW - 6 * 3600), to: iso(NOW) }));
  await ends(result(page), 'data');
  await shows(page, NOW - 6 * 3600, NOW);
  const coarse = await attribute(chart(page), 'data-bucket');
  await drag(page, chart(page), 0.5, 0.6);
  await expect(chart(page)).not.toHaveAttribute('data-to', String(NOW));
  const from = await attribute(chart(page), 'data-from');
  const to = await attribute(chart(page), 'data-to');
  expect(Math.abs(from - (NOW - 3 * 3600))).toBeLessThan(120);
  expect(Math.abs(to - from - 2160)).toBeLessThan(120);
  expect(await attribute(chart(page), 'data-bucket')).toBeLessThan(coarse);

  await page.mouse.move(5, 5);
  await page.keyboard.press('t');
  await page.keyboard.press('z');
  await expect(chart(page)).not.toHaveAttribute('data-to', String(to));
  expect(await attribute(chart(page), 'data-from')).toBeLessThan(from);
  await page.goBack();
  await shows(page, from, to);
  await page.goBack();
  await shows(page, NOW - 6 * 3600, NOW);
});

test.describe('while time goes on', () => {
  test.use({ clock: 'ticking' });

  test('case 16: refresh ticks, rests while hidden or hovered, and survives a reload', async ({
    page,
  }) => {
    let asked = 0;
    page.on('request', (request) => {
      asked += request.url().endsWith('/query') ? 1 : 0;
    });
    await page.goto(explore({ s: 'cpu_percent', from: 'now-1h', to: 'now', refresh: '5s' }));
    await ends(result(page), 'data');
    const state = page.locator('[data-refresh]');
    await expect(state).toHaveAttribute('data-refresh', '5');
    const ticks = async () => {
      const before = asked;
      await page.clock.runFor(6000);
      await ends(result(page), 'data');
      return asked - before;
    };
    await expect.poll(ticks).toBeGreaterThan(0);

    await chart(page).locator('.u-over').hover();
    await expect(state).toHaveAttribute('data-resting', 'hovering');
    await ends(result(page), 'data');
    expect(await ticks()).toBe(0);
    await page.mouse.move(5, 5);
    await expect(state).toHaveAttribute('data-resting', 'no');

    const turn = (visibility: string) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true });
        Object.defineProperty(document, 'hidden', {
          value: value === 'hidden',
          configurable: true,
        });
        document.dispatchEvent(new Event('visibilitychange'));
      }, visibility);
    await turn('hidden');
    await expect(state).toHaveAttribute('data-resting', 'hidden');
    await ends(result(page), 'data');
    expect(await ticks()).toBe(0);
    await turn('visible');
    await expect.poll(ticks).toBeGreaterThan(0);

    await page.reload();
    await expect(state).toHaveAttribute('data-refresh', '5');
  });
});

test('case 17: a copied link shows the same elsewhere', async ({ page, context, browser }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(explore({ s: 'cpu_percent', from: 'now-1h', to: 'now', tz: 'Asia/Kolkata' }));
  await ends(result(page), 'data');
  await page
    .getByRole('list', { name: 'Series' })
    .getByRole('button', { name: 'web-1' })
    .click({ modifiers: ['Control'] });
  await expect(chart(page)).toHaveAttribute('data-series', '2');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByRole('menuitem', { name: 'With the relative range' }).click();
  await expect(page.getByText(/copied/i)).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const shown = await chart(page).getAttribute('data-from');

  const other = await browser.newContext({ locale: 'en-US', timezoneId: 'America/New_York' });
  const copy = await other.newPage();
  await copy.clock.setFixedTime(NOW * 1000);
  await copy.goto(link);
  await expect(chart(copy)).toHaveAttribute('data-series', '2');
  await expect(chart(copy)).toHaveAttribute('data-from', shown ?? '');
  await expect(chart(copy)).toHaveAttribute('data-to', String(NOW));
  await expect(copy.getByRole('button', { name: 'Time zone: Asia/Kolkata' })).toBeVisible();
  await expect(copy.getByRole('combobox', { name: 'Metric A' })).toHaveValue('cpu_percent');
  await other.close();

  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByRole('menuitem', { name: 'With these times' }).click();
  const absolute = async () => {
    const { searchParams } = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    return [searchParams.get('from'), searchParams.get('to')];
  };
  await expect.poll(absolute).toEqual([iso(NOW - 3600), iso(NOW)]);
});

test('case 17: the tab travels with the link, too', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await page.getByRole('tab', { name: 'Table' }).click();
  await expect(page).toHaveURL(/tab=table/);
  await page.goto(page.url());
  await expect(page.getByRole('tab', { name: 'Table', selected: true })).toBeVisible();
});

test('case 18: axis, tooltip, table and CSV agree on the zone', async ({ page }) => {
  await page.goto(explore({ s: 'gappy', bucket: '1m', tz: 'Asia/Kolkata' }));
  await ends(result(page), 'data');
  await expect(chart(page).getByRole('img')).toHaveAttribute(
    'aria-label',
    /from 2026-01-15 16:30:00 to 2026-01-15 17:30:00/,
  );
  const box = await chart(page).locator('.u-over').boundingBox();
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) - 3, (box?.y ?? 0) + 40);
  await expect(chart(page).getByText('2026-01-15 17:30:00')).toBeVisible();
  await page.mouse.move(5, 5);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = await savedText(await download);
  expect(csv).toContain('2026-01-15T17:30:00+05:30');
  await page.getByRole('tab', { name: 'Table' }).click();
  await expect(page.getByRole('region', { name: 'Rows' })).toContainText('2026-01-15 16:31:00');
});

test('case 18: a day on which the clocks change', async ({ page }) => {
  const range = { from: iso(NIGHT), to: iso(NIGHT + 11 * 3600) };
  await page.goto(
    explore({ s: 'night', bucket: '1h', tz: 'Europe/Berlin', tab: 'table', ...range }),
  );
  const rows = page.getByRole('region', { name: 'Rows' });
  await expect(rows).toContainText('2025-03-30 01:00:00');
  await expect(rows).toContainText('2025-03-30 03:00:00');
  await expect(rows).not.toContainText('2025-03-30 02:00:00');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = await savedText(await download);
  expect(csv).toContain('2025-03-30T01:00:00+01:00');
  expect(csv).toContain('2025-03-30T03:00:00+02:00');
});

test('keys move the range and copy it', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(explore({ s: 'cpu_percent', from: 'now-1h', to: 'now' }));
  await ends(result(page), 'data');
  await page.keyboard.press('t');
  await page.keyboard.press('ArrowLeft');
  await shows(page, NOW - 5400, NOW - 1800);
  await page.keyboard.press('t');
  await page.keyboard.press('c');
  await expect(page.getByText('Range copied')).toBeVisible();
  await page.keyboard.press('t');
  await page.keyboard.press('ArrowRight');
  await shows(page, NOW - 3600, NOW);
  await page.keyboard.press('t');
  await page.keyboard.press('v');
  await shows(page, NOW - 5400, NOW - 1800);
  await commit(page.getByRole('combobox', { name: 'Metric A' }), 'mem_used_percent');
  await shows(page, NOW - 5400, NOW - 1800);
});

test('keys ask again and make the range absolute', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent', from: 'now-1h', to: 'now' }));
  await ends(result(page), 'data');
  const again = nextAnswer(page);
  await page.keyboard.press('r');
  await again;
  await page.keyboard.press('t');
  await page.keyboard.press('a');
  await expect(page).not.toHaveURL(/from=now/);
  await shows(page, NOW - 3600, NOW);
});
