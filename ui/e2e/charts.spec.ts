import type { Page } from '@playwright/test';
import {
  builder,
  chart,
  ends,
  expect,
  explore,
  inkAt,
  iso,
  panel,
  putDashboard,
  recordTexts,
  result,
  savedText,
  test,
  tooltipAt,
} from './fixtures';
import { NOW } from './seed';

/** What has been written so far and looks like this, each once. */
async function drawnTexts(page: Page, like: RegExp): Promise<string[]> {
  const drawn = await page.evaluate(() => (window as unknown as { drawn: string[] }).drawn);
  return [...new Set(drawn.filter((text) => like.test(text)))];
}

test('case 19: missing buckets break the line, connecting joins it, a lone point is seen', async ({
  page,
}) => {
  const layout = (x: number) => ({ x, y: 0, w: 6, h: 3 });
  const link = await putDashboard('gaps', [
    {
      title: 'Gap',
      layout: layout(0),
      query: builder('gappy'),
      bucket: 60,
      options: { unit: 'none' },
    },
    {
      title: 'Joined',
      layout: layout(6),
      query: builder('gappy'),
      bucket: 60,
      options: { nulls: { kind: 'connect', buckets: 100 } },
    },
  ]);
  await page.goto(link);
  const [gap, joined] = [panel(page, 'Gap'), panel(page, 'Joined')];
  await ends(gap, 'data');
  await ends(joined, 'data');
  const views = { gap: chart(gap), joined: chart(joined) };
  await expect.poll(() => inkAt(views.gap, NOW - 600)).toBeGreaterThan(0);
  expect(await inkAt(views.gap, NOW - 2100), 'a gap').toBe(0);
  expect(await inkAt(views.gap, NOW - 1800), 'the lone point').toBeGreaterThan(0);
  await expect.poll(() => inkAt(views.joined, NOW - 2100)).toBeGreaterThan(0);
});

test('case 20: the legend isolates and hides; a hundred series stay usable', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  const legend = page.getByRole('list', { name: 'Series' });
  const entry = (name: string) => legend.getByRole('button', { name });
  await entry('web-1').click();
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  await entry('web-1').click();
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  await entry('db-1').click({ modifiers: ['Control'] });
  await expect(chart(page)).toHaveAttribute('data-series', '2');
  await expect(entry('db-1')).toHaveAttribute('aria-pressed', 'false');

  await page.goto(explore({ s: 'crowd' }));
  await expect(chart(page)).toHaveAttribute('data-series', '50');
  await expect(page.getByText('The 50 largest of 100 series by maximum')).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(chart(page)).toHaveAttribute('data-series', '100');
  const drawing = await chart(page).getByRole('img').boundingBox();
  expect(drawing?.height, 'the legend leaves room').toBeGreaterThan(200);
  await page.getByRole('button', { name: /more series/ }).click();
  await legend.getByRole('button', { name: '099' }).click();
  await expect(chart(page)).toHaveAttribute('data-series', '1');
});

test('case 21: bytes, seconds and percent are written with their unit', async ({ page }) => {
  const options = (unit: string) => ({ type: 'stat', unit });
  const link = await putDashboard('units', [
    { title: 'Share', query: builder('mem_used_percent'), options: options('percent') },
    { title: 'Bytes', query: builder('net_bytes_sent'), options: options('bytes') },
    { title: 'Time', query: builder('formula_b'), options: options('seconds') },
    { title: 'Ratio', query: builder('formula_b'), options: options('ratio') },
  ]);
  await page.goto(link);
  await expect(panel(page, 'Share')).toContainText('50%');
  await expect(panel(page, 'Bytes')).toContainText('20.6\u00a0MiB');
  await expect(panel(page, 'Time')).toContainText('7\u00a0s');
  await expect(panel(page, 'Ratio')).toContainText('700%');
});

test('case 20: figures of many series leave room for the chart, too', async ({ page }) => {
  const link = await putDashboard('crowded', [
    {
      title: 'Crowd',
      layout: { x: 0, y: 0, w: 6, h: 3 },
      query: builder('crowd'),
      options: { legend: 'table' },
    },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Crowd'), 'data');
  await expect(panel(page, 'Crowd').getByRole('row').nth(3)).toBeAttached();
  const drawing = await chart(panel(page, 'Crowd')).getByRole('img').boundingBox();
  const whole = await panel(page, 'Crowd').boundingBox();
  expect(drawing?.height).toBeGreaterThan((whole?.height ?? 0) * 0.35);
});

test('case 12: a chart without data shows no made-up numbers', async ({ page }) => {
  await page.addInitScript(recordTexts);
  await page.goto(explore({ s: 'cpu_percent', from: '2024-01-01', to: '2024-01-02' }));
  await ends(result(page), 'empty');
  await expect.poll(async () => (await drawnTexts(page, /^\d\d:\d\d/)).length).toBeGreaterThan(2);
  expect(await drawnTexts(page, /%/)).toEqual([]);
});

test('case 21: an axis of bytes ticks in powers of two, an axis of times in minutes', async ({
  page,
}) => {
  await page.addInitScript(recordTexts);
  const layout = (x: number) => ({ x, y: 0, w: 6, h: 4 });
  const link = await putDashboard('ticks', [
    {
      title: 'Bytes',
      layout: layout(0),
      query: builder('net_bytes_sent'),
      options: { unit: 'bytes' },
    },
    {
      title: 'Times',
      layout: layout(6),
      query: builder('formula_a'),
      options: { unit: 'seconds', min: 0, max: 300 },
    },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Bytes'), 'data');
  await ends(panel(page, 'Times'), 'data');
  const labels = (unit: RegExp) => drawnTexts(page, unit);
  await expect.poll(async () => (await labels(/MiB$/)).length).toBeGreaterThan(2);
  const mebibytes = (await labels(/MiB$/)).map(Number.parseFloat).sort((a, b) => a - b);
  const step = (mebibytes[1] ?? 0) - (mebibytes[0] ?? 0);
  expect(Math.log2(step) % 1, `ticks at ${mebibytes}`).toBe(0);
  await expect
    .poll(async () => (await labels(/\u00a0m$/)).length, { message: 'whole minutes' })
    .toBeGreaterThan(2);
  expect((await labels(/\u00a0m$/)).every((label) => /^\d+\u00a0m$/.test(label))).toBe(true);
});

test('case 22: a hundred thousand rows scroll and sort; CSV has every one', async ({ page }) => {
  const sql = `SELECT ts, value, CASE WHEN value = 0 THEN NULL ELSE 'a, "b"' END AS note
FROM samples WHERE metric_id IN ({{A}}) ORDER BY ts`;
  await page.goto(explore({ s: 'big', sql, tab: 'table', from: iso(NOW - 100_000), to: iso(NOW) }));
  await ends(result(page), 'data');
  const rows = page.getByRole('region', { name: 'Rows' });
  await expect(rows.getByRole('table')).toHaveAttribute('aria-rowcount', '100001');
  expect(await rows.getByRole('row').count()).toBeLessThan(200);
  await rows.focus();
  await page.keyboard.press('End');
  await expect(rows).toContainText('2026-01-15 12:00:00');
  await page.keyboard.press('Home');
  await rows.getByRole('button', { name: 'value' }).click();
  await expect(rows.getByRole('columnheader', { name: 'value' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await expect(rows.getByRole('row').nth(1)).toContainText('–');
  await rows.getByRole('button', { name: 'value' }).click();
  await expect(rows.getByRole('row').nth(1)).toContainText('999');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const lines = (await savedText(await download)).trimEnd().split('\r\n');
  expect(lines).toHaveLength(100_001);
  expect(lines[0]).toBe('ts,value,note');
  expect(lines.at(-1)).toBe('2026-01-15T12:00:00Z,400,"a, ""b"""');
  expect(lines.at(-401)).toBe('2026-01-15T11:53:20Z,0,');
});

test('a click pins the tooltip, which stays until it is closed', async ({ page }) => {
  await page.goto(explore({ s: 'gappy', bucket: '1m' }));
  await ends(result(page), 'data');
  const over = chart(page).locator('.u-over');
  const box = await over.boundingBox();
  const at = { x: (box?.width ?? 0) - 3, y: 40 };
  await over.hover({ position: at });
  await expect(over).toContainText('2026-01-15 12:00:00');
  await over.click({ position: at });
  const pinned = over.locator('[data-pinned]');
  await expect(pinned).toContainText('2026-01-15 12:00:00');
  await over.click({ position: { x: 3, y: 40 } });
  await expect(pinned).toHaveCount(2);
  await page.mouse.move(5, 5);
  await expect(pinned.first()).toBeVisible();
  await pinned.first().getByRole('button', { name: 'Close' }).click();
  await expect(pinned).toHaveCount(1);
  await expect(pinned).toContainText('2026-01-15 11:01:00');
});

test('a chart is an image with a summary, and its table is a key away', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  const image = chart(page).getByRole('img');
  await expect(image).toHaveAccessibleName(/line chart of 3 series from .* last \d/);
  const asTable = page.getByRole('button', { name: 'View as table' });
  expect((await asTable.boundingBox())?.width, 'out of the way').toBeLessThan(2);
  await page.getByRole('button', { name: 'Add to dashboard' }).focus();
  await page.keyboard.press('Tab');
  await expect(asTable).toBeFocused();
  expect((await asTable.boundingBox())?.width).toBeGreaterThan(60);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Rows' })).toContainText('cpu_percent');
});

test('case 18: the axis has the hours of the zone', async ({ page }) => {
  await page.addInitScript(recordTexts);
  await page.goto(explore({ s: 'gappy', tz: 'Asia/Kolkata' }));
  await ends(result(page), 'data');
  await expect.poll(() => drawnTexts(page, /^17:00/)).not.toEqual([]);
  expect(await drawnTexts(page, /^(11|12):/)).toEqual([]);
});

test('case 20: ten thousand series: the largest, then all, of which each can be found', async ({
  page,
}) => {
  const offsets = Array.from({ length: 100 }, (_, i) => `(${i})`).join(', ');
  const sql = `SELECT s.ts AS bucket, t.tag_value || '-' || CAST(k.n AS VARCHAR) AS item,
  s.value * 3 + k.n AS value
FROM samples AS s
  JOIN metrics AS m ON m.metric_id = s.metric_id
  JOIN metric_tags AS t ON t.metric_id = s.metric_id
  CROSS JOIN (VALUES ${offsets}) AS k(n)
WHERE m.name = 'crowd' AND mod(s.ts, 360) = 0 AND s.ts BETWEEN {{start_ts}} AND {{end_ts}}`;
  await page.goto(explore({ sql }));
  const view = chart(page);
  await expect(view).toHaveAttribute('data-series', '50');
  await expect(page.getByText('The 50 largest of 10,000 series by maximum.')).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(view).toHaveAttribute('data-series', '10000');
  expect(await tooltipAt(page, view, NOW - 1800)).toMatch(/9,986 more$/);
  await page.getByRole('button', { name: /more series/ }).click();
  await page.getByRole('searchbox', { name: 'Find a series' }).fill('042-77');
  const found = page.getByRole('list', { name: 'Series' }).getByRole('button');
  await expect(found).toHaveCount(1);
  await found.click();
  await expect(view).toHaveAttribute('data-series', '1');
});
