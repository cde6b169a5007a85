import {
  attribute,
  builder,
  chart,
  choose,
  commit,
  drag,
  ends,
  expect,
  explore,
  inkAt,
  iso,
  panel,
  putDashboard,
  result,
  test,
  tooltipAt,
} from './fixtures';
import { NOW } from './seed';

test('buckets of a histogram become quantiles', async ({ page }) => {
  await page.goto(explore({ s: 'latency_seconds_bucket', agg: 'sum', bucket: '1m' }));
  await ends(result(page), 'data');
  await page.getByRole('button', { name: 'This is a histogram: show its quantiles' }).click();
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  await expect(page).toHaveURL(/s=quantiles%28latency_seconds_bucket%29/);
  // Of four a second, two are within 0.1 to 0.5, half-way; 3.6 and 3.96 of four within 0.5 to 1.
  const text = await tooltipAt(page, chart(page), NOW - 600);
  expect(text).toContain('p50300\u00a0ms');
  expect(text).toContain('p90800\u00a0ms');
  expect(text).toContain('p99980\u00a0ms');
});

test('an override gives some series another unit, axis, colour and dash', async ({ page }) => {
  const selectors = [{ metric: 'cpu_percent' }, { metric: 'net_bytes_sent', reading: 'rate' }];
  const link = await putDashboard('overrides', [
    {
      title: 'Both',
      query: { builder: { selectors } },
      bucket: 60,
      options: {
        unit: 'percent',
        legend: 'right',
        overrides: [{ match: 'net_bytes', right: true, unit: 'bytes/s', dashed: true }],
      },
    },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Both'), 'data');
  const view = chart(panel(page, 'Both'));
  const text = await tooltipAt(page, view, NOW - 600);
  expect(text).toMatch(/net_bytes_sent · db-12\.92969\u00a0KiB\/s/);
  expect(text).toMatch(/cpu_percent · db-1[\d.]+%/);
  await expect(view.locator('.u-axis')).toHaveCount(3);
  const line = (name: string) =>
    panel(page, 'Both').getByRole('button', { name, exact: true }).locator('line');
  await expect(line('net_bytes_sent · db-1')).toHaveAttribute('stroke-dasharray', '8 4');
  await expect(line('cpu_percent · db-1')).toHaveAttribute('stroke-dasharray', '');

  await page.goto(`${link}/p/1`);
  const options = page.getByRole('form', { name: 'Options' });
  await options.getByRole('button', { name: 'Add an override' }).click();
  await commit(options.getByRole('textbox', { name: 'Name contains' }).last(), 'cpu');
  await options.getByRole('button', { name: 'Colour 3' }).last().click();
  await choose(page, options.getByRole('combobox', { name: 'Compare with' }), 'An hour earlier');
  await expect(chart(page)).toHaveAttribute('data-series', '12');
  await page.getByRole('button', { name: 'Save dashboard' }).click();
  await page.goto(link);
  await ends(panel(page, 'Both'), 'data');
  const [web1, web2] = ['cpu_percent · web-1', 'cpu_percent · web-2'];
  expect(await line(web1 ?? '').getAttribute('stroke')).toBe(
    await line(web2 ?? '').getAttribute('stroke'),
  );
});

test('an override draws some series in another way', async ({ page }) => {
  const panelOf = (title: string, x: number, overrides: object[]) => ({
    title,
    layout: { x, y: 0, w: 6, h: 3 },
    query: builder('billions'),
    bucket: 600,
    options: { overrides },
  });
  const link = await putDashboard('styles', [
    panelOf('As usual', 0, []),
    panelOf('As points', 6, [{ match: 'billions', type: 'points' }]),
  ]);
  await page.goto(link);
  for (const [title, isLine] of [
    ['As usual', true],
    ['As points', false],
  ] as const) {
    await ends(panel(page, title), 'data');
    const view = chart(panel(page, title));
    expect(await inkAt(view, NOW - 1200, [0, 0.9]), title).toBeGreaterThan(0);
    expect((await inkAt(view, NOW - 1500, [0, 0.9])) > 0, title).toBe(isLine);
  }
});

test('a plot keeps three quarters of its panel, whatever its legend names', async ({ page }) => {
  const link = await putDashboard('shares', [
    {
      title: 'Many',
      layout: { x: 0, y: 0, w: 6, h: 3 },
      query: builder('crowd'),
    },
    {
      title: 'Few',
      layout: { x: 6, y: 0, w: 6, h: 3 },
      query: builder('cpu_percent'),
    },
  ]);
  await page.goto(link);
  for (const title of ['Few', 'Many']) {
    await ends(panel(page, title), 'data');
    const image = chart(panel(page, title)).getByRole('img');
    await image.locator('canvas').waitFor();
    const [whole, plot] = [await panel(page, title).boundingBox(), await image.boundingBox()];
    const share = (plot?.height ?? 0) / (whole?.height ?? 1);
    expect(share, title).toBeGreaterThan(title === 'Few' ? 0.75 : 0.65);
  }
  const many = panel(page, 'Many');
  await expect(many.getByRole('button', { name: /more series/ })).toHaveText(/^\+\d+$/);
  expect(await attribute(chart(many), 'data-series')).toBe(50);
});

test('a histogram is a heatmap, in Explore and on a dashboard', async ({ page }) => {
  await page.goto(explore({ s: 'quantiles(latency_seconds_bucket)', agg: 'sum', bucket: '1m' }));
  await ends(result(page), 'data');
  await page.getByRole('button', { name: 'Heatmap' }).click();
  await expect(page).toHaveURL(/view=heatmap/);
  const map = result(page).getByRole('img', { name: /heatmap with 4 rows/ });
  await expect(map.locator('canvas')).toBeVisible();
  await expect(chart(page)).toHaveAttribute('data-most', '120');
  const over = map.locator('.u-over');
  const box = (await over.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  // The second row from below, of four: two a second lie within 0.1 and 0.5 s.
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.6);
  await page.mouse.move(box.x + box.width / 2 + 1, box.y + box.height * 0.6);
  await expect(over).toContainText('100\u00a0ms to 500\u00a0ms120, 50.0% of all');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.1);
  await expect(over).not.toContainText('over 1\u00a0s1');

  await page.getByRole('button', { name: 'Add to dashboard' }).click();
  await page.getByLabel('Title of the panel').fill('Latency');
  await choose(page, page.getByRole('combobox', { name: 'Dashboard' }), 'A new dashboard');
  await page.getByLabel('Title of the dashboard').fill('Heat');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.goto(`/ui/d/heat?from=${iso(NOW - 1800)}&to=${iso(NOW)}`);
  await ends(panel(page, 'Latency'), 'data');
  await expect(chart(panel(page, 'Latency'))).toHaveAttribute('data-series', '4');
  await drag(page, chart(panel(page, 'Latency')), 0.2, 0.6);
  await expect(chart(panel(page, 'Latency'))).not.toHaveAttribute('data-to', String(NOW));
});
