import {
  builder,
  chart,
  ends,
  expect,
  explore,
  inkAt,
  panel,
  putDashboard,
  recordTexts,
  result,
  savedText,
  test,
  tooltipAt,
} from './fixtures';
import { cpu, NOW } from './seed';

test('a stat is the last sample whatever the width, or what was chosen; an old one says so', async ({
  page,
}) => {
  const stat = (reduce: string, more = {}) => ({ type: 'stat', reduce, ...more });
  const cells = ['last', 'mean', 'min', 'max', 'sum', 'first', 'change'];
  const layout = (i: number) => ({ x: (i % 4) * 3, y: Math.floor(i / 4) * 2, w: 3, h: 2 });
  const link = await putDashboard('stats', [
    ...cells.map((reduce, i) => ({
      title: reduce,
      layout: layout(i),
      query: builder('formula_a'),
      options: stat(reduce),
    })),
    {
      title: 'cpu',
      layout: layout(7),
      query: {
        builder: {
          selectors: [
            { metric: 'cpu_percent', filters: [{ tag: 'host', op: '=', value: 'web-1' }] },
          ],
        },
      },
      options: stat('last', { decimals: 3 }),
    },
    { title: 'late', layout: layout(8), query: builder('late'), options: stat('last') },
    { title: 'crowd', layout: layout(9), query: builder('crowd'), options: stat('last') },
  ]);
  for (const width of [1440, 700]) {
    await page.setViewportSize({ width, height: 1000 });
    await page.goto(link);
    // Minutely from 41 to 100.
    const expected = [100, 70.5, 41, 100, '4,230', 41, 59];
    for (const [i, title] of cells.entries()) {
      await panel(page, title).scrollIntoViewIfNeeded();
      await expect(panel(page, title).locator('strong')).toHaveText(String(expected[i]));
    }
    await panel(page, 'cpu').scrollIntoViewIfNeeded();
    await expect(panel(page, 'cpu').locator('strong')).toHaveText(cpu(0, NOW).toFixed(3));
  }
  await page.setViewportSize({ width: 1440, height: 1000 });
  await expect(panel(page, 'late')).toContainText('10 m ago');
  await expect(panel(page, 'late').locator('[data-old="true"]')).toHaveCount(1);
  await expect(panel(page, 'last')).not.toContainText('ago');
  const crowd = panel(page, 'crowd');
  const more = Number(((await crowd.getByText(/^\+\d+$/).textContent()) ?? '').slice(1));
  expect(more + (await crowd.locator('strong').count()), 'none is left out in silence').toBe(100);
});

test('a table has a row for each series, its last value first; rows as they come by choice', async ({
  page,
}) => {
  const options = { type: 'table', unit: 'percent', decimals: 1 };
  const link = await putDashboard('tables', [
    { title: 'Series', layout: { x: 0, y: 0, w: 6, h: 3 }, query: builder('cpu_percent'), options },
    {
      title: 'Raw',
      layout: { x: 6, y: 0, w: 6, h: 3 },
      query: builder('cpu_percent'),
      options: { ...options, rows: 'answer' },
    },
  ]);
  await page.goto(link);
  const table = panel(page, 'Series').getByRole('table');
  await expect(table).toHaveAttribute('aria-rowcount', '4');
  const texts = (row: number) =>
    table.getByRole('row').nth(row).getByRole('cell').allTextContents();
  const expected = (host: number) => {
    const values = Array.from({ length: 361 }, (_, i) => cpu(host, NOW - i * 10));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [min, max] = [Math.min(...values), Math.max(...values)];
    return [cpu(host, NOW), min, mean, max].map((value) => `${value.toFixed(1)}%`);
  };
  await expect(table.getByRole('row')).toHaveCount(4);
  expect((await texts(1))[0]).toBe('web-1');
  expect((await texts(1)).filter((text) => text.endsWith('%'))).toEqual(expected(0));
  await expect(table.locator('svg path')).toHaveCount(3);
  for (const [head, largest] of [
    ['Last', Math.max(...[0, 1, 2].map((host) => cpu(host, NOW)))],
    ['Max', Math.max(...[0, 1, 2].map((host) => Number.parseFloat(expected(host)[3] ?? '')))],
  ] as const) {
    await table.getByRole('button', { name: head }).click();
    await expect(table.getByRole('row').nth(1)).toContainText(`${largest.toFixed(1)}%`);
  }
  await expect(panel(page, 'Raw').getByRole('columnheader').first()).toContainText('alias');
});

test('axes of nothing but zeros, of tiny and of vast values have ticks that differ', async ({
  page,
}) => {
  await page.addInitScript(recordTexts);
  const ticks = async (metric: string) => {
    await page.goto(explore({ s: metric, bucket: '1m' }));
    await ends(result(page), 'data');
    const texts = () =>
      page.evaluate(() => {
        const { drawn } = window as unknown as { drawn: string[] };
        // The last drawing: its times, then its values.
        const last = drawn.slice(drawn.findLastIndex((text) => /^\d\d:\d\d/.test(text)) + 1);
        return last;
      });
    await expect.poll(async () => (await texts()).length).toBeGreaterThan(1);
    return texts();
  };
  const zeros = await ticks('zeros');
  expect(zeros[0]).toMatch(/^0(\.0)?$/);
  expect(Number(zeros.at(-1))).toBe(1);
  for (const metric of ['tiny', 'vast', 'deep']) {
    const labels = await ticks(metric);
    expect(await inkAt(chart(page), NOW - 1750), `a line of ${metric}`).toBeGreaterThan(0);
    expect(new Set(labels).size, labels.join(' | ')).toBe(labels.length);
  }
});

test('a tooltip loses no digit, and whole numbers beyond 2^53 are exact in table, JSON and CSV', async ({
  page,
}) => {
  await page.goto(explore({ s: 'billions', bucket: '1m' }));
  await ends(result(page), 'data');
  expect(await tooltipAt(page, chart(page), NOW - 600)).toContain('1,000,000,004');
  const exact = '9007199254740993';
  await page.goto(explore({ sql: `SELECT CAST(${exact} AS BIGINT) AS n, 'x' AS t` }));
  await ends(result(page), 'data');
  await expect(page.getByRole('region', { name: 'Rows' })).toContainText(exact);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  expect(await savedText(await download)).toContain(`${exact},x`);
  await page.getByRole('tab', { name: 'JSON' }).click();
  await expect(result(page).locator('pre')).toContainText(`"n": ${exact}`);

  const shown = '9,007,199,254,740,993';
  const sql = `SELECT ts, CAST(${exact} AS BIGINT) AS n FROM samples WHERE metric_id IN ({{A}}) AND ts BETWEEN {{start_ts}} AND {{end_ts}}`;
  await page.goto(explore({ s: 'billions', sql }));
  await ends(result(page), 'data');
  expect(await tooltipAt(page, chart(page), NOW - 600)).toContain(shown);
  const query = { builder: { selectors: [{ metric: 'billions' }] }, sql };
  const link = await putDashboard('exact', [
    { title: 'Figure', query, layout: { x: 0, y: 0, w: 6, h: 2 }, options: { type: 'stat' } },
    { title: 'Figures', query, layout: { x: 6, y: 0, w: 6, h: 2 }, options: { type: 'table' } },
  ]);
  await page.goto(link);
  await expect(panel(page, 'Figure').locator('strong')).toHaveText(shown);
  await expect(panel(page, 'Figures').getByRole('row').nth(1)).toContainText(shown);
});
