import { chart, ends, expect, iso, panel, test } from './fixtures';
import { NOW } from './seed';

test("case 23: the original UI's JSON is imported", async ({ page }) => {
  const original = {
    title: 'From before',
    panels: [
      {
        id: 7,
        title: 'CPU of old',
        layout: { x: 0, y: 0, w: 12, h: 3 },
        range: 3600,
        sql: '',
        query: {
          selectors: [
            { alias: 'A', metric: 'cpu_percent', tags: [{ key: 'host', op: '=', value: 'web-1' }] },
          ],
          aggregator: 'avg',
          groupBy: [],
        },
      },
    ],
  };
  await page.goto('/ui/dashboards');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import' }).click();
  await (await chooser).setFiles({
    name: 'before.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(original)),
  });
  await expect(page.getByRole('heading', { name: 'From before' })).toBeVisible();
  await ends(panel(page, 'CPU of old'), 'data');
  await expect(chart(panel(page, 'CPU of old'))).toHaveAttribute('data-series', '1');
});

test("case 23: what cannot be taken of Grafana's JSON is said, and the rest is imported", async ({
  page,
}) => {
  const target = (expr: string) => ({ targets: [{ expr }], gridPos: { x: 0, y: 0, w: 12, h: 8 } });
  const grafana = {
    title: 'Of Grafana',
    schemaVersion: 39,
    panels: [
      { title: 'By host', type: 'timeseries', ...target('avg by (host) (cpu_percent)') },
      { title: 'Words', type: 'text', gridPos: { x: 12, y: 0, w: 12, h: 8 } },
    ],
  };
  const give = async (dashboard: object) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Import' }).click();
    await (await chooser).setFiles({
      name: 'grafana.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(dashboard)),
    });
  };
  await page.goto('/ui/dashboards');
  await give({ ...grafana, panels: grafana.panels.slice(1) });
  const refused = page.getByRole('dialog', { name: 'Not imported' });
  await expect(refused.getByRole('listitem')).toHaveText(['Words: a panel of type text']);
  await expect(refused.getByRole('button', { name: 'Import the rest' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await give(grafana);
  const partly = page.getByRole('dialog', { name: 'Not all of it can be imported' });
  await expect(partly.getByRole('listitem')).toHaveText(['Words: a panel of type text']);
  await partly.getByRole('button', { name: 'Import the rest' }).click();
  await expect(page.getByRole('heading', { name: 'Of Grafana' })).toBeVisible();
  await page.goto(`${new URL(page.url()).pathname}?from=${iso(NOW - 3600)}&to=${iso(NOW)}`);
  await expect(chart(panel(page, 'By host'))).toHaveAttribute('data-series', '3');
});
