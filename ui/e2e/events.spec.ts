import {
  attribute,
  builder,
  chart,
  ends,
  expect,
  inkAt,
  iso,
  panel,
  putDashboard,
  test,
  tooltipAt,
} from './fixtures';
import { NOW } from './seed';

test('charts mark when a metric changes, and what somebody noted', async ({ page }) => {
  const link = await putDashboard('events', [
    {
      title: 'CPU',
      layout: { x: 0, y: 0, w: 6, h: 3 },
      query: builder('zeros'),
      options: { legend: 'hidden' },
    },
    { title: 'Memory', layout: { x: 6, y: 0, w: 6, h: 3 }, query: builder('mem_used_percent') },
  ]);
  await page.goto(link);
  const view = chart(panel(page, 'CPU'));
  await ends(panel(page, 'CPU'), 'data');
  await expect(view).toHaveAttribute('data-events', '0');

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Settings…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Mark when a metric changes' }).click();
  await dialog.getByRole('combobox', { name: 'Mark when it changes' }).fill('release{app="shop"}');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  for (const title of ['CPU', 'Memory']) {
    const flag = panel(page, title).getByRole('list', { name: 'Events' }).getByRole('button');
    await expect(flag).toHaveAccessibleName('2026-01-15 11:40:00: release{app="shop"}: 41 → 42');
  }
  expect(await inkAt(view, NOW - 1200, [0.1, 0.6])).toBeGreaterThan(20);
  expect(await inkAt(view, NOW - 1500, [0.1, 0.6])).toBe(0);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Dashboard saved')).toBeVisible();

  // By hand, from what is pinned on a chart; it is stored at once.
  await tooltipAt(page, view, NOW - 600);
  await page.mouse.down();
  await page.mouse.up();
  await view.getByRole('button', { name: 'Add a note' }).click();
  const note = page.getByRole('dialog', { name: 'Add a note' });
  await expect(note.getByRole('textbox', { name: 'When' })).toHaveValue('2026-01-15 11:50:00');
  await note.getByRole('textbox', { name: 'What happened' }).fill('Failover test');
  await note.getByRole('textbox', { name: 'Until' }).fill('soon');
  await expect(note.getByRole('button', { name: 'Add' })).toBeDisabled();
  await note.getByRole('textbox', { name: 'Until' }).fill('2026-01-15 11:55:00');
  await note.getByRole('button', { name: 'Add' }).click();
  await page.reload();
  const flags = panel(page, 'Memory').getByRole('list', { name: 'Events' }).getByRole('button');
  await expect(flags).toHaveCount(2);
  await flags.last().hover();
  await expect(page.getByRole('tooltip')).toHaveText(
    '2026-01-15 11:50:00 to 11:55:00Failover test',
  );
  await flags.last().click();
  const known = page.getByRole('dialog', { name: 'A note' });
  await known.getByRole('button', { name: 'Delete' }).click();
  await expect(flags).toHaveCount(1);
  await expect(page.getByText('Unsaved')).toHaveCount(0);
});

test('a series that begins is a change, one that only reaches no further is not', async ({
  page,
}) => {
  const selectors = (metric: string) => ({ metric, filters: [], alias: '', reading: 'value' });
  const link = await putDashboard('begins', [{ title: 'CPU', query: builder('cpu_percent') }], {
    marks: [selectors('service_00042_latency_seconds'), selectors('zeros')],
  });
  await page.goto(`${link}?from=${iso(NOW - 1800)}&to=${iso(NOW)}`);
  const flags = page.getByRole('list', { name: 'Events' }).getByRole('button');
  await expect(flags).toHaveAccessibleName(
    /11:59:00: service_00042_latency_seconds\{team="team-0"} begins$/,
  );
});

test('a pinned tooltip goes with its moment, and off the chart with it', async ({ page }) => {
  const link = await putDashboard('pins', [{ title: 'CPU', query: builder('cpu_percent') }]);
  await page.goto(link);
  const view = chart(panel(page, 'CPU'));
  await ends(panel(page, 'CPU'), 'data');
  await tooltipAt(page, view, NOW - 900);
  await page.mouse.down();
  await page.mouse.up();
  const pinned = view.locator('[data-pinned]');
  const left = async () => (await pinned.boundingBox())?.x ?? 0;
  const before = await left();
  await page.keyboard.press('t');
  await page.keyboard.press('z');
  await expect(view).not.toHaveAttribute('data-from', String(NOW - 3600));
  await expect.poll(left).not.toBe(before);
  await page.keyboard.press('t');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('t');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('t');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => attribute(view, 'data-to')).toBeLessThan(NOW - 900);
  await expect(pinned).toHaveCount(0);
});
