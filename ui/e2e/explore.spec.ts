import {
  attribute,
  chart,
  choose,
  column,
  commit,
  ends,
  expect,
  explore,
  nextAnswer,
  result,
  SLOW_SQL,
  test,
  typeSql,
} from './fixtures';
import { NOW } from './seed';

test('case 3: metric, tag and rate: the rows on the wire are the points of the chart', async ({
  page,
}) => {
  await page.goto(explore({}));
  await commit(page.getByRole('combobox', { name: 'Metric A' }), 'net_bytes_sent');
  await page.getByRole('button', { name: 'Add a filter to A' }).click();
  await commit(page.getByRole('combobox', { name: 'Tag', exact: true }), 'host');
  await commit(page.getByRole('combobox', { name: 'Value', exact: true }), 'web-2');
  const answered = nextAnswer(page, /bucket_rate|counter_rate|lag/i);
  await choose(page, page.getByRole('combobox', { name: 'Reading of A' }), 'Rate per second');
  const { answer } = await answered;
  await ends(result(page), 'data');

  const points = column(answer, 'value').filter((value) => value !== null);
  expect(points.length).toBeGreaterThan(10);
  expect(new Set(points.map((value) => Math.round(Number(value))))).toEqual(new Set([2000]));
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  await expect(chart(page)).toHaveAttribute('data-points', String(points.length));
});

test('case 4: (A * 5 + B) / 2 is what it says, and null where B has no sample', async ({
  page,
}) => {
  await page.goto(explore({ s: ['formula_a', 'formula_b'], bucket: '1m' }));
  await ends(result(page), 'data');
  const answered = nextAnswer(page, /formula/);
  await commit(page.getByRole('textbox', { name: 'Formula' }), '(A * 5 + B) / 2');
  const { answer } = await answered;
  await ends(result(page), 'data');

  const times = column(answer, 'bucket').map(Number);
  const values = column(answer, 'value');
  expect(times.length).toBeGreaterThan(50);
  for (const [i, ts] of times.entries()) {
    const a = (ts - NOW) / 60 + 100;
    const expected = ts === NOW - 600 ? null : (a * 5 + 7) / 2;
    expect(values[i], `at ${ts - NOW}`).toEqual(expected);
  }
  expect(times).toContain(NOW - 600);
});

test('case 5: group by host draws a line for each; a selector may match many', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  await choose(page, page.getByRole('combobox', { name: 'Across series' }), 'Average');
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  await choose(page, page.getByRole('combobox', { name: 'Group by' }), 'host');
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  const legend = page.getByRole('list', { name: 'Series' });
  for (const host of ['db-1', 'web-1', 'web-2']) {
    await expect(legend.getByRole('button', { name: host })).toBeVisible();
  }

  await page.goto(explore({ s: 'cpu_percent{host=~"web-.*"}' }));
  await expect(chart(page)).toHaveAttribute('data-series', '2');
  await page.goto(explore({ s: 'cpu_percent{host!="db-1",dc="eu"}' }));
  await expect(chart(page)).toHaveAttribute('data-series', '2');
});

test('case 6: builder to SQL and back; edited SQL is never lost without asking', async ({
  page,
}) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  await page.getByText('SQL', { exact: true }).click();
  const editor = page.getByRole('textbox', { name: 'SQL' });
  await expect(editor).toContainText('IN ({{A}})');
  await expect(chart(page)).toHaveAttribute('data-series', '3');

  await page.getByText('Builder', { exact: true }).click();
  await expect(editor).toBeHidden();
  await page.getByText('SQL', { exact: true }).click();
  await typeSql(page, 'SELECT name FROM metrics LIMIT 3');
  await page.getByText('Builder', { exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'The builder cannot show this SQL' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(editor).toContainText('SELECT name FROM metrics LIMIT 3');
  await page.getByRole('link', { name: 'Status' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(editor).toContainText('SELECT name FROM metrics LIMIT 3');

  await page.getByText('Builder', { exact: true }).click();
  await page.getByRole('button', { name: 'Discard the SQL' }).click();
  await expect(editor).toBeHidden();
  await expect(page.getByRole('combobox', { name: 'Metric A' })).toHaveValue('cpu_percent');
});

test('case 7: completion of tables, columns, functions, metrics, tags; Escape closes it', async ({
  page,
}) => {
  await page.goto(explore({ sql: '' }));
  const options = page.locator('.cm-tooltip-autocomplete [role=option]');
  const offers = async (typed: string, offered: string) => {
    await typeSql(page, '');
    await page.keyboard.type(typed);
    await expect(options.filter({ hasText: offered }).first(), typed).toBeVisible();
  };
  await offers('SELECT val', 'value');
  await offers('SELECT * FROM sam', 'samples');
  await offers('SELECT ts_b', 'ts_bucket');
  await offers("SELECT * FROM metrics WHERE name = 'cpu", 'cpu_percent');
  await offers("SELECT * FROM metric_tags WHERE tag_key = 'ho", 'host');
  await typeSql(page, "SELECT * FROM metric_tags WHERE tag_key = 'host' AND tag_value = ");
  await page.keyboard.type("'web");
  await expect(options.filter({ hasText: 'web-1' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(options).toHaveCount(0);
  await typeSql(page, '');
  await page.keyboard.type('-- sam');
  await expect(options).toHaveCount(0);
});

test('case 8: a SQL error is marked where it is, and the mark goes with an edit', async ({
  page,
}) => {
  await page.goto(explore({ sql: '' }));
  await typeSql(page, 'SELECT name,\n  nowhere\nFROM metrics');
  await page.keyboard.press('Control+Enter');
  await expect(result(page).getByRole('alert')).toContainText('line 2, column 3');
  await expect(result(page).getByRole('alert')).toContainText('nowhere');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('nowhere');
  await page.locator('.cm-line').nth(1).click();
  await page.keyboard.press('End');
  for (const _ of 'nowhere') {
    await page.keyboard.press('Backspace');
  }
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0);
});

test('case 9: the plan of a query, and of EXPLAIN', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  await page.getByRole('tab', { name: 'Plan' }).click();
  await expect(page.getByRole('region', { name: 'Plan' })).toContainText(/Scan/i);
  await page.goto(explore({ sql: 'EXPLAIN PLAN FOR SELECT name FROM metrics' }));
  await expect(page.getByRole('region', { name: 'Rows' })).toContainText(/Scan/i);
});

test('case 12: empty, error, truncated: different texts and roles', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent{host="nobody"}' }));
  await ends(result(page), 'empty');
  await expect(result(page).getByRole('status')).toContainText('match no series of cpu_percent');

  await page.goto(explore({ s: 'short_ring', from: '2024-01-01', to: '2024-01-02' }));
  await ends(result(page), 'empty');
  await expect(result(page).getByRole('status')).toContainText('older than the ring reaches');
  await result(page).getByRole('button', { name: 'Show all its samples' }).click();
  await ends(result(page), 'data');

  await page.goto(explore({ sql: 'SELECT nonsense' }));
  await ends(result(page), 'error');
  await expect(result(page).getByRole('alert')).toBeVisible();

  const pairs = 'SELECT a.metric_id AS a, b.metric_id AS b FROM metrics AS a, metrics AS b';
  await page.goto(explore({ sql: `${pairs} WHERE a.name = 'crowd' AND b.metric_id > 0` }));
  await ends(result(page), 'truncated');
  await expect(result(page).getByRole('status')).toContainText('The first 100,000 rows');
});

test.describe('while time goes on', () => {
  test.use({ clock: 'ticking' });

  test('case 10: cancel after 3 s; the server stops, the result before stays', async ({ page }) => {
    await page.goto(explore({ s: 'cpu_percent' }));
    await ends(result(page), 'data');
    await page.getByText('SQL', { exact: true }).click();
    await ends(result(page), 'data');
    await typeSql(page, SLOW_SQL);
    const aborted = page.waitForEvent('requestfailed', (r) => r.url().endsWith('/query'));
    await page.keyboard.press('Control+Enter');
    await ends(result(page), 'running');
    await expect(result(page).getByText(/Running for \d+ s/)).toBeVisible();
    const running = async () => {
      const all = (await (await page.request.get('/queries')).json()) as {
        queries: { sql: string }[];
      };
      return all.queries.filter(({ sql }) => sql.includes('v0 + v1'));
    };
    expect(await running()).toHaveLength(1);
    await result(page).getByRole('button', { name: 'Cancel' }).click();
    await aborted;
    await ends(result(page), 'cancelled');
    await expect(result(page).getByRole('status').first()).toContainText('Cancelled');
    await expect(chart(page)).toHaveAttribute('data-series', '3');
    await expect.poll(running).toEqual([]);
  });
});

test('case 11: a slow old answer never overwrites a newer one', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/query', async (route) => {
    const body = route.request().postDataJSON() as { selectors?: { metric: string }[] };
    if (body.selectors?.[0]?.metric === 'cpu_percent') {
      await held;
    }
    await route.continue().catch(() => {});
  });
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'running');
  await commit(page.getByRole('combobox', { name: 'Metric A' }), 'gappy');
  await ends(result(page), 'data');
  const points = await attribute(chart(page), 'data-points');
  release();
  await page.unrouteAll({ behavior: 'wait' });
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  expect(await attribute(chart(page), 'data-points')).toBe(points);
});
