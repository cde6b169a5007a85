import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ends, expect, explore, panel, result, test } from './fixtures';
import { everything, looks, pages } from './pages';

/** Not in the project, which keeps only the pictures of its README. */
const DIRECTORY = process.env.ANNULUS_GALLERY ?? join(tmpdir(), 'annulus-gallery');

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`${theme} ${width}`, async ({ page }) => {
      test.setTimeout(300_000);
      mkdirSync(DIRECTORY, { recursive: true });
      await page.emulateMedia({ colorScheme: theme });
      const height = width > 600 ? 900 : 844;
      await page.setViewportSize({ width, height });
      const take = async (name: string) => {
        const high = await page.evaluate(() => document.documentElement.scrollHeight);
        // All panels ask once they are in sight; the list of metrics has no end worth seeing.
        await page.setViewportSize({
          width,
          height: high > 8000 ? height : Math.max(height, high),
        });
        await expect(page.locator('[data-end=idle], [data-end=running]')).toHaveCount(0);
        await expect(page.locator('[data-state=data][data-from]:not(:has(canvas))')).toHaveCount(0);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: join(DIRECTORY, `${name}-${theme}-${width}.png`) });
        await page.setViewportSize({ width, height });
      };
      const board = await looks(`gallery-${theme}-${width}`);
      for (const [index, [path, complete]] of pages(board).entries()) {
        await page.goto(path);
        await complete(page);
        const name = path
          .replace(/^\/ui\/?/, '')
          .replace(/[^a-z0-9]+/gi, '_')
          .slice(0, 24);
        await take(`${String(index).padStart(2, '0')}-${name || 'home'}`);
      }
      await page.goto(await everything(`everything-${theme}-${width}`));
      await ends(panel(page, 'Areas'), 'data');
      await take('20-everything');
      await page.goto(
        explore({ s: 'quantiles(latency_seconds_bucket)', agg: 'sum', view: 'heatmap' }),
      );
      await ends(result(page), 'data');
      await take('21-heatmap');
      await page.goto(explore({ s: 'crowd' }));
      await ends(result(page), 'data');
      await take('22-crowd');
      await page.getByRole('button', { name: 'Add to dashboard' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await take('23-dialog');
      await page.goto(`${board}/p/2`);
      await ends(page.getByRole('region', { name: 'Preview' }), 'data');
      await take('24-stat');
      await page.goto('/ui/metrics?browse=1&q=host%3Dweb-1');
      await expect(page.locator('[data-count="4"]')).toBeVisible();
      await take('25-browse');
      await page.goto(explore({ s: '' }));
      await page.getByRole('button', { name: 'Browse metrics for A' }).click();
      await page.getByRole('dialog').getByRole('button', { name: /^host/ }).click();
      await expect(page.getByRole('checkbox', { name: 'web-1' })).toBeVisible();
      await take('26-browse-dialog');
      await page.goto(await everything(`everything-${theme}-${width}`));
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Settings…' }).click();
      await expect(page.getByRole('group', { name: 'Variable every' })).toBeVisible();
      await take('27-board-settings');
    });
  }
}
