import {
  builder,
  chart,
  choose,
  commit,
  ends,
  expect,
  nextAnswer,
  panel,
  putDashboard,
  test,
} from './fixtures';

const HOST = { name: 'host', tag: 'host', metric: 'cpu_percent' };

test('a panel is repeated for each value of a variable, and arranged as one', async ({ page }) => {
  const link = await putDashboard(
    'repeated',
    [
      {
        title: 'CPU of $host',
        layout: { x: 0, y: 0, w: 6, h: 2 },
        query: {
          builder: {
            selectors: [
              { metric: 'cpu_percent', filters: [{ tag: 'host', op: '=', value: '$host' }] },
            ],
          },
        },
        options: { type: 'area' },
        repeat: 'host',
      },
      { title: 'Memory', layout: { x: 0, y: 2, w: 12, h: 2 }, query: builder('mem_used_percent') },
    ],
    { variables: [HOST] },
  );
  await page.goto(link);
  for (const host of ['db-1', 'web-1', 'web-2']) {
    await ends(panel(page, `CPU of ${host}`), 'data');
    await expect(chart(panel(page, `CPU of ${host}`))).toHaveAttribute('data-series', '1');
  }
  const top = async (title: string) => (await panel(page, title).boundingBox())?.y ?? 0;
  expect(await top('CPU of web-1')).toBe(await top('CPU of db-1'));
  expect(await top('CPU of web-2')).toBeGreaterThan(await top('CPU of web-1'));
  expect(await top('Memory')).toBeGreaterThan(await top('CPU of web-2'));

  await panel(page, 'CPU of web-1')
    .getByRole('button', { name: /^Menu of/ })
    .click();
  await page.getByRole('menuitem', { name: 'View' }).click();
  await expect(page.locator('[data-panel]')).toHaveCount(1);
  await ends(panel(page, 'CPU of web-1'), 'data');
  await page.getByRole('button', { name: 'All panels', exact: true }).click();

  await choose(page, page.getByRole('combobox', { name: 'host' }), 'web-2');
  await expect(page.locator('[data-panel]')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(panel(page, 'CPU of $host')).toBeVisible();
});

test('a text and an interval are variables of filters, SQL and buckets', async ({ page }) => {
  const sql = `SELECT ts_bucket(ts, $every) AS bucket, avg(value) AS value FROM samples
WHERE metric_id IN (SELECT metric_id FROM metric_tags WHERE tag_key = 'host' AND tag_value = $word)
  AND metric_id IN (SELECT metric_id FROM metrics WHERE name = 'cpu_percent')
  AND ts BETWEEN {{start_ts}} AND {{end_ts}} GROUP BY bucket ORDER BY bucket`;
  const filters = [{ tag: 'host', op: '=~', value: '$word' }];
  const link = await putDashboard(
    'chosen',
    [
      {
        title: 'Built',
        layout: { x: 0, y: 0, w: 6, h: 3 },
        query: { builder: { selectors: [{ metric: 'cpu_percent', filters }] } },
      },
      { title: 'Written', layout: { x: 6, y: 0, w: 6, h: 3 }, query: { sql } },
    ],
    { variables: [{ kind: 'text', name: 'word', initial: ['web-1'] }] },
  );
  await page.goto(link);
  await ends(panel(page, 'Built'), 'data');
  await expect(chart(panel(page, 'Built'))).toHaveAttribute('data-series', '1');

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Settings…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add a variable' }).click();
  const added = dialog.getByRole('group', { name: /^Variable/ }).last();
  await added.getByLabel('Name').fill('every');
  await choose(page, added.getByRole('combobox', { name: 'Kind' }), 'Length of a bucket');
  await choose(page, added.getByRole('combobox', { name: 'Default' }), '5 m');
  const written = nextAnswer(page, /ts_bucket\(ts, 300\)/);
  await dialog.getByRole('button', { name: 'Apply' }).click();
  expect((await written).answer.count).toBe(13);
  await ends(panel(page, 'Written'), 'data');

  await panel(page, 'Built').focus();
  await page.keyboard.press('e');
  await choose(page, page.getByRole('combobox', { name: 'Bucket', exact: true }), '$every');
  await expect(chart(page)).toHaveAttribute('data-bucket', '300');
  await choose(page, page.getByRole('combobox', { name: 'every' }), '10 m');
  await expect(chart(page)).toHaveAttribute('data-bucket', '600');
  await expect(page).toHaveURL(/var-every=10m/);
  await commit(page.getByRole('textbox', { name: 'word' }), 'web.*');
  await expect(chart(page)).toHaveAttribute('data-series', '2');
  await page.getByRole('button', { name: 'Save dashboard' }).click();
  await expect(page.getByText('Dashboard saved')).toBeVisible();
  await page.reload();
  await expect(chart(page)).toHaveAttribute('data-bucket', '600');
});
