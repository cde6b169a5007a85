import {
  chart,
  choose,
  column,
  commit,
  ends,
  expect,
  explore,
  nextAnswer,
  result,
  test,
  typeSql,
} from './fixtures';
import { NOW } from './seed';

test('a query is saved under a name and opened from there', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent{host="web-1"}' }));
  await ends(result(page), 'data');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Save this query' });
  await commit(dialog.getByRole('textbox', { name: 'Name' }), 'The first host');
  await expect(page.getByText('Query saved in this browser')).toBeVisible();

  await page.goto(explore({}));
  const lists = page.getByRole('button', { name: 'Queries' });
  const saved = page.getByRole('menuitem', { name: /^The first host/ });
  await lists.click();
  await saved.click();
  await ends(result(page), 'data');
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  await expect(page.getByRole('combobox', { name: 'Metric A' })).toHaveValue('cpu_percent');
  await lists.click();
  await page.getByRole('button', { name: 'Forget The first host' }).click();
  await expect(saved).toHaveCount(0);
});

test('queries that ran come back: from the list, Home, and by Ctrl+Up in the editor', async ({
  page,
}) => {
  const older = 'SELECT name FROM metrics ORDER BY name LIMIT 2';
  const newer = 'SELECT count(*) AS n FROM metrics';
  await page.goto(explore({ sql: '' }));
  for (const sql of [older, newer]) {
    await typeSql(page, sql);
    await page.keyboard.press('Control+Enter');
    await expect(page).toHaveURL((url) => url.searchParams.get('sql') === sql);
    await ends(result(page), 'data');
  }
  const editor = page.getByRole('textbox', { name: 'SQL' });
  await editor.click();
  await page.keyboard.press('Control+ArrowUp');
  await expect(editor, 'the one before what is there').toHaveText(older);
  await page.keyboard.press('Control+ArrowUp');
  await expect(editor, 'the end of the history').toHaveText(older);
  await typeSql(page, 'SELECT something');
  await page.keyboard.press('Control+ArrowUp');
  await expect(editor).toHaveText(newer);
  await page.keyboard.press('Control+Z');
  await expect(editor).toHaveText('SELECT something');

  await page.goto('/ui/');
  await page.getByRole('link', { name: older }).click();
  await ends(result(page), 'data');
  await expect(editor).toHaveText(older);
});

test('case 3: what a bucket holds, its length, a counter read as increase, aliases', async ({
  page,
}) => {
  await page.goto(explore({ s: 'cpu_percent{host="web-2"}', bucket: '5m' }));
  await ends(result(page), 'data');
  let answered = nextAnswer(page, /max\(/i);
  await choose(page, page.getByRole('combobox', { name: 'Value of a bucket' }), 'Maximum');
  const most = column((await answered).answer, 'value').map(Number);
  expect(Math.max(...most)).toBeGreaterThan(70);
  answered = nextAnswer(page, /max\(/i);
  await choose(page, page.getByRole('combobox', { name: 'Bucket', exact: true }), '15 m');
  const { answer: coarse } = await answered;
  expect(new Set(column(coarse, 'bucket').map((ts) => Number(ts) % 900))).toEqual(new Set([0]));
  await expect(page).toHaveURL(/bucket=15m/);

  await page.goto(explore({ s: 'net_bytes_sent{host="db-1"}', bucket: '1m' }));
  await ends(result(page), 'data');
  const rate = nextAnswer(page);
  await page.getByRole('button', { name: 'This is a counter: show its rate' }).click();
  expect(
    column((await rate).answer, 'value')
      .filter(Boolean)
      .map(Number)
      .at(-2),
  ).toBeCloseTo(3000);
  const increase = nextAnswer(page);
  await choose(page, page.getByRole('combobox', { name: 'Reading of A' }), 'Increase per bucket');
  const grown = column((await increase).answer, 'value')
    .filter(Boolean)
    .map(Number);
  expect(grown.at(-2)).toBeCloseTo(180_000);

  await page.goto(explore({ s: ['formula_a', 'formula_b'], bucket: '1m' }));
  await ends(result(page), 'data');
  await commit(page.getByRole('textbox', { name: 'Alias of A' }), 'hits');
  await commit(page.getByRole('textbox', { name: 'Formula' }), '-hits + B');
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  const both = nextAnswer(page);
  await page.getByRole('checkbox', { name: 'Show its inputs' }).check();
  const { answer } = await both;
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  const rows = column(answer, 'alias').map((alias, i) => ({
    alias,
    ts: column(answer, 'bucket')[i],
    value: column(answer, 'value')[i],
  }));
  const at = rows.filter(({ ts }) => ts === NOW - 120);
  expect(Object.fromEntries(at.map(({ alias, value }) => [alias, value]))).toEqual({
    hits: 98,
    B: 7,
    formula: -91,
  });
});

test('case 5: a pattern excludes, a filter goes, a metric comes and goes', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent{host="web-1"}' }));
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  await choose(page, page.getByRole('combobox', { name: 'Comparison' }), '!~');
  await expect(chart(page)).toHaveAttribute('data-series', '2');
  await commit(page.getByRole('combobox', { name: 'Value', exact: true }), 'web-.*');
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  await page.getByRole('button', { name: 'Remove filter' }).click();
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  await page.getByRole('button', { name: 'Add a metric' }).click();
  await commit(page.getByRole('combobox', { name: 'Metric B' }), 'gappy');
  await expect(chart(page)).toHaveAttribute('data-series', '4');
  await page.getByRole('button', { name: 'Remove A' }).click();
  await expect(chart(page)).toHaveAttribute('data-series', '1');
  await expect(page.getByRole('combobox', { name: 'Metric A' })).toHaveValue('gappy');
});

test('a formula that makes no sense is marked and asks nothing', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  const formula = page.getByRole('textbox', { name: 'Formula' });
  await commit(formula, '(A * 5');
  await expect(formula).toHaveAttribute('aria-invalid', 'true');
  await expect(formula).toHaveAccessibleDescription(/\S/);
  await commit(formula, 'A * 5');
  await expect(formula).not.toHaveAttribute('aria-invalid', 'true');
  await ends(result(page), 'data');
});

test('rows as JSON, and where the time of a query went', async ({ page }) => {
  await page.goto(explore({ sql: "SELECT name, step FROM metrics WHERE name = 'gappy'" }));
  await ends(result(page), 'data');
  await expect(result(page)).toContainText(/1 row · .* ms server · .* ms network/);
  await page.getByRole('tab', { name: 'JSON' }).click();
  const shown = await result(page).locator('pre').textContent();
  expect(JSON.parse(shown ?? '')).toEqual({ rows: [{ name: 'gappy', step: 60 }] });
});
