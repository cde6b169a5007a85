import type { Page } from '@playwright/test';
import {
  builder,
  chart,
  commit,
  drag,
  ends,
  expect,
  explore,
  panel,
  putDashboard,
  result,
  test,
} from './fixtures';
import { NOW } from './seed';

const HALF = (x: number, y = 0) => ({ x, y, w: 6, h: 3 });

async function place(page: Page, title: string) {
  const box = await panel(page, title).boundingBox();
  return { x: Math.round(box?.x ?? 0), y: Math.round(box?.y ?? 0), w: Math.round(box?.width ?? 0) };
}

async function menu(page: Page, title: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Menu of ${title}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('case 15: a zoom in one panel moves all, and the cursor shows in all', async ({ page }) => {
  const link = await putDashboard('sync', [
    { title: 'One', layout: HALF(0), query: builder('cpu_percent') },
    { title: 'Two', layout: HALF(6), query: builder('mem_used_percent') },
  ]);
  await page.goto(link);
  const [one, two] = [panel(page, 'One'), panel(page, 'Two')];
  await ends(one, 'data');
  await ends(two, 'data');
  const before = await chart(two).getAttribute('data-from');
  await chart(one).locator('.u-over').hover();
  await expect(chart(two).locator('.u-cursor-x')).not.toHaveClass(/u-off/);
  const cursor = await chart(two).locator('.u-cursor-x').getAttribute('style');
  expect(cursor).not.toContain('translate(-10px');
  await drag(page, chart(one), 0.4, 0.7);
  await expect(chart(two)).not.toHaveAttribute('data-from', before ?? '');
  const from = (await chart(one).getAttribute('data-from')) ?? '';
  await expect(chart(two)).toHaveAttribute('data-from', from);
  expect(Math.abs(Number(from) - (NOW - 2160))).toBeLessThan(90);
});

test('case 23: create, add from Explore, drag, resize, save, reload: the same layout', async ({
  page,
}) => {
  await page.goto('/ui/dashboards');
  await page.getByRole('button', { name: 'New dashboard' }).click();
  const title = `My board ${test.info().repeatEachIndex}-${test.info().retry}`;
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page).toHaveURL(/\/ui\/d\/my-board/);
  for (const metric of ['cpu_percent', 'mem_used_percent']) {
    await page.goto(explore({ s: metric, from: 'now-1h', to: 'now' }));
    await ends(result(page), 'data');
    await page.getByRole('button', { name: 'Add to dashboard' }).click();
    await page.getByLabel('Title of the panel').fill(metric);
    const board = page.getByRole('combobox', { name: 'Dashboard' });
    await board.click();
    await page.getByRole('option', { name: title, exact: true }).click();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await ends(panel(page, metric), 'data');
  }
  await page.getByRole('button', { name: 'Edit' }).click();
  const before = await place(page, 'mem_used_percent');
  const head = panel(page, 'mem_used_percent').getByRole('heading');
  const grip = await head.boundingBox();
  const start = { x: (grip?.x ?? 0) + 5, y: (grip?.y ?? 0) + 5 };
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 300, start.y - 200, { steps: 8 });
  await page.mouse.move(start.x + 560, start.y - 320, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await place(page, 'mem_used_percent')).x).not.toBe(before.x);

  const wide = await place(page, 'cpu_percent');
  const handle = page
    .locator('.react-grid-item', { has: panel(page, 'cpu_percent') })
    .locator('.react-resizable-handle');
  const corner = await handle.boundingBox();
  await page.mouse.move((corner?.x ?? 0) + 5, (corner?.y ?? 0) + 5);
  await page.mouse.down();
  await page.mouse.move((corner?.x ?? 0) - 150, (corner?.y ?? 0) + 5, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await place(page, 'cpu_percent')).w).toBeLessThan(wide.w);
  const places = async () => [
    await place(page, 'cpu_percent'),
    await place(page, 'mem_used_percent'),
  ];
  // Panels glide to their places.
  let saved = await places();
  await expect
    .poll(async () => {
      const earlier = saved;
      saved = await places();
      return JSON.stringify(saved) === JSON.stringify(earlier);
    })
    .toBe(true);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Dashboard saved')).toBeVisible();
  await page.reload();
  await ends(panel(page, 'cpu_percent'), 'data');
  await expect.poll(places).toEqual(saved);
});

test('case 24: a panel is moved and resized by keys only, and by clicks only', async ({ page }) => {
  const link = await putDashboard('moving', [
    { title: 'Mover', layout: { x: 0, y: 0, w: 4, h: 3 }, query: builder('cpu_percent') },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Mover'), 'data');
  const start = await place(page, 'Mover');

  const opener = page.getByRole('button', { name: 'Menu of Mover' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const item = page.getByRole('menuitem', { name: /Move/ });
  while (!(await item.evaluate((element) => element === document.activeElement))) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('toolbar')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByRole('toolbar')).toContainText('column 3, row 1, 5 × 3');
  await page.keyboard.press('Escape');
  const byKeys = await place(page, 'Mover');
  expect(byKeys.x).toBeGreaterThan(start.x);
  expect(byKeys.w).toBeGreaterThan(start.w);

  await menu(page, 'Mover', 'Move / resize…');
  await page.getByRole('button', { name: 'Move left' }).click();
  await page.getByRole('button', { name: 'Narrower' }).click();
  await expect(page.getByRole('toolbar')).toContainText('column 2, row 1, 4 × 3');
  await page.getByRole('button', { name: 'Done' }).first().click();
  await expect(page.getByText('Unsaved')).toBeVisible();
});

test('case 25: unsaved changes are guarded, a conflict offers three ways, deleting asks', async ({
  page,
}) => {
  const content = [{ title: 'Only', layout: HALF(0), query: builder('cpu_percent') }];
  const link = await putDashboard('guarded', content);
  await page.goto(link);
  await page.getByRole('button', { name: 'Edit' }).click();
  await commit(page.getByRole('textbox', { name: 'Title' }), 'Mine');
  await expect(page.getByText('Unsaved')).toBeVisible();
  await page.getByRole('link', { name: 'Status' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Unsaved')).toBeVisible();

  await putDashboard('guarded', [...content, { ...content[0], title: 'Theirs' } as never]);
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Somebody else changed this dashboard' });
  for (const way of ['Save mine as a copy', 'Overwrite theirs', 'Reload theirs']) {
    await expect(dialog.getByRole('button', { name: way })).toBeVisible();
  }
  await dialog.getByRole('button', { name: 'Save mine as a copy' }).click();
  await expect(page).toHaveURL(/mine-copy/);
  await page.goto(link);
  await expect(panel(page, 'Theirs')).toBeVisible();

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(panel(page, 'Theirs')).toBeVisible();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Dashboard deleted')).toBeVisible();
  expect((await page.request.get('/dashboards/guarded')).status()).toBe(404);
});

test('case 26: one broken panel leaves the others working', async ({ page }) => {
  const link = await putDashboard('broken', [
    { title: 'Bad', layout: HALF(0), query: { sql: 'SELECT nothing FROM nowhere' } },
    { title: 'Good', layout: HALF(6), query: builder('cpu_percent') },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Bad'), 'error');
  await expect(panel(page, 'Bad').getByRole('alert')).toContainText(/nowhere/i);
  await ends(panel(page, 'Good'), 'data');
  await expect(chart(panel(page, 'Good'))).toHaveAttribute('data-series', '3');
});

test('case 27: a variable asks again only for panels that use it', async ({ page }) => {
  const filtered = {
    builder: {
      selectors: [{ metric: 'cpu_percent', filters: [{ tag: 'host', op: '=', value: '$host' }] }],
    },
  };
  const link = await putDashboard(
    'variables',
    [
      { title: 'With', layout: HALF(0), query: filtered },
      { title: 'Without', layout: HALF(6), query: builder('mem_used_percent') },
    ],
    { variables: [{ name: 'host', tag: 'host', metric: 'cpu_percent', multi: true }] },
  );
  await page.goto(link);
  await ends(panel(page, 'With'), 'data');
  await ends(panel(page, 'Without'), 'data');
  await expect(chart(panel(page, 'With'))).toHaveAttribute('data-series', '3');
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/query')) {
      const { selectors } = request.postDataJSON() as { selectors?: { metric: string }[] };
      // How far apart samples are is asked by id, and once.
      asked.push(...(selectors ?? []).map(({ metric }) => metric));
    }
  });
  await page.getByRole('combobox', { name: 'host' }).click();
  await page.getByRole('option', { name: 'web-2' }).click();
  await expect(chart(panel(page, 'With'))).toHaveAttribute('data-series', '1');
  await expect(page).toHaveURL(/var-host=web-2/);
  await ends(panel(page, 'With'), 'data');
  await ends(panel(page, 'Without'), 'data');
  expect(asked).toEqual(['cpu_percent']);
});

test('the panel editor shows changes at once and saves them', async ({ page }) => {
  const link = await putDashboard('edited', [
    { title: 'Shape', layout: HALF(0), query: builder('cpu_percent') },
  ]);
  await page.goto(link);
  await panel(page, 'Shape').focus();
  await page.keyboard.press('v');
  await expect(page).toHaveURL(/view=1/);
  await page.goBack();
  await expect(page).not.toHaveURL(/view=/);
  await panel(page, 'Shape').focus();
  await page.keyboard.press('e');
  await expect(page).toHaveURL(/\/d\/edited\/p\/1/);
  const preview = page.getByRole('region', { name: 'Preview' });
  await ends(preview, 'data');
  await page.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'Bars' }).click();
  await expect(preview.locator('[data-chart=bars]')).toBeVisible();
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Dashboard saved')).toBeVisible();
  await page.goto(link);
  await expect(panel(page, 'Shape').locator('[data-chart=bars]')).toBeVisible();
});

test('the preview of a figure fills its frame', async ({ page }) => {
  const link = await putDashboard('figure', [
    {
      title: 'Figure',
      layout: HALF(0),
      query: builder('formula_b'),
      options: { type: 'stat', unit: 'percent' },
    },
  ]);
  await page.goto(`${link}/p/1`);
  const preview = page.getByRole('region', { name: 'Preview' });
  await ends(preview, 'data');
  const figure = preview.getByText('7%');
  const size = await figure.evaluate((element) =>
    Number.parseFloat(getComputedStyle(element).fontSize),
  );
  expect(size).toBeGreaterThan(40);
  const frame = await preview.boundingBox();
  const number = await figure.boundingBox();
  const line = await preview.locator('svg:has(path)').last().boundingBox();
  expect((number?.height ?? 0) + (line?.height ?? 0)).toBeGreaterThan((frame?.height ?? 0) * 0.8);
});

test('an edit outlives its page: Back, and the panel editor, find it again', async ({ page }) => {
  const link = await putDashboard('drafted', [
    { title: 'Before', layout: HALF(0), query: builder('formula_b') },
  ]);
  await page.goto(`${link}/p/1`);
  await commit(page.getByRole('textbox', { name: 'Title of the panel' }), 'After');
  await expect(page.getByText('Unsaved')).toBeVisible();
  await page.getByRole('link', { name: 'Test drafted' }).click();
  await expect(panel(page, 'After')).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('textbox', { name: 'Title of the panel' })).toHaveValue('After');
  expect(JSON.stringify(await (await page.request.get('/dashboards/drafted')).json())).toContain(
    'Before',
  );
});

test('a filter of all panels holds where a metric has its tag, and is part of the link', async ({
  page,
}) => {
  const link = await putDashboard('filtered', [
    { title: 'Hosts', layout: HALF(0), query: builder('cpu_percent') },
    { title: 'No host', layout: HALF(6), query: builder('gappy') },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Hosts'), 'data');
  await expect(chart(panel(page, 'Hosts'))).toHaveAttribute('data-series', '3');
  await page.getByRole('button', { name: 'Filter all panels' }).click();
  const bar = page.getByRole('group', { name: 'Filters of all panels' });
  await commit(bar.getByRole('combobox', { name: 'Tag' }), 'host');
  await commit(bar.getByRole('combobox', { name: 'Value' }), 'web-2');
  await expect(chart(panel(page, 'Hosts'))).toHaveAttribute('data-series', '1');
  await expect(page).toHaveURL(/filter=host%3D%22web-2%22/);
  await page.reload();
  await expect(chart(panel(page, 'Hosts'))).toHaveAttribute('data-series', '1');
  await ends(panel(page, 'No host'), 'data');
  await bar.getByRole('button', { name: 'Remove filter' }).click();
  await expect(chart(panel(page, 'Hosts'))).toHaveAttribute('data-series', '3');

  // It goes along to Explore, as part of what has the tag.
  for (const [title, selector] of [
    ['Hosts', 'cpu_percent{host="web-2"}'],
    ['No host', 'gappy'],
  ] as const) {
    await page.goto(`${link}?filter=host%3D"web-2"`);
    await ends(panel(page, title), 'data');
    await page.getByRole('button', { name: `Menu of ${title}` }).click();
    await page.getByRole('menuitem', { name: 'Explore' }).click();
    await ends(result(page), 'data');
    await expect(chart(page)).toHaveAttribute('data-series', '1');
    expect(new URL(page.url()).searchParams.getAll('s')).toEqual([selector]);
  }
});
