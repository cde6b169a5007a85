import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { builder, ends, explore, panel, putDashboard, result, test } from './fixtures';
import { NOW } from './seed';

const DIRECTORY = new URL('../../docs/images/', import.meta.url);

/** A dashboard of the seeded fleet. */
function fleet(): Promise<string> {
  const at = (x: number, y: number, w: number, h: number) => ({ x, y, w, h });
  const sent = { builder: { selectors: [{ metric: 'net_bytes_sent', reading: 'rate' }] } };
  const requests = {
    builder: {
      selectors: [{ metric: 'request_seconds_bucket', reading: 'quantiles' }],
      across: 'sum',
    },
  };
  const warn = [{ value: 75, level: 'warn' }];
  return putDashboard(
    'fleet',
    [
      {
        title: 'CPU now',
        layout: at(0, 0, 6, 1),
        query: builder('cpu_percent'),
        options: { type: 'stat', unit: 'percent', decimals: 1 },
      },
      {
        title: 'Memory now',
        layout: at(6, 0, 6, 1),
        query: builder('mem_used_percent'),
        options: { type: 'stat', unit: 'percent' },
      },
      {
        title: 'CPU by host',
        layout: at(0, 1, 8, 4),
        query: builder('cpu_percent'),
        options: { unit: 'percent', thresholds: warn },
      },
      {
        title: 'Hosts',
        layout: at(8, 1, 4, 4),
        query: builder('cpu_percent'),
        options: { type: 'table', unit: 'percent', decimals: 1 },
      },
      {
        title: 'Network sent',
        layout: at(0, 5, 4, 3),
        query: sent,
        options: { type: 'bars', unit: 'bytes/s' },
      },
      {
        title: 'Requests by duration',
        layout: at(4, 5, 4, 3),
        query: requests,
        options: { type: 'heatmap', unit: 'seconds' },
      },
      {
        title: 'Duration of requests',
        layout: at(8, 5, 4, 3),
        query: requests,
        options: { type: 'line', unit: 'seconds' },
      },
    ],
    {
      notes: [{ id: 1, at: NOW - 1800, until: NOW - 1500, text: 'Slow disk' }],
      marks: [{ metric: 'release' }],
    },
    undefined,
    'Fleet',
  );
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, DIRECTORY)) });
}

for (const theme of ['light', 'dark'] as const) {
  test(`a dashboard, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 1440, height: 930 });
    await page.goto(`${await fleet()}?tz=UTC`);
    for (const title of ['CPU by host', 'Hosts', 'CPU now', 'Requests by duration']) {
      await ends(panel(page, title), 'data');
    }
    await page.locator('canvas').nth(3).waitFor();
    await take(page, theme);
  });
}

test('Explore on a phone', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 780 });
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  await page.locator('canvas').first().waitFor();
  await take(page, 'phone');
});
