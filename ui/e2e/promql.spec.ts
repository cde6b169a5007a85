import type { Page } from '@playwright/test';
import {
  attribute,
  chart,
  choose,
  ends,
  expect,
  explore,
  iso,
  panel,
  putDashboard,
  result,
  test,
  tooltipAt,
} from './fixtures';
import { cpu, NOW } from './seed';

const HOUR = { from: iso(NOW - 3600), to: iso(NOW) };

function editor(page: Page, index = 1) {
  return page
    .getByRole('group', { name: `Expression ${index}`, exact: true })
    .getByRole('textbox', { name: 'PromQL' });
}

async function write(page: Page, expression: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(expression);
}

test('PromQL: a range is drawn with the values that were written', async ({ page }) => {
  await page.goto(explore({ promql: 'cpu_percent{dc="eu"}', bucket: '1m' }));
  await ends(result(page), 'data');
  const view = chart(page);
  await expect(view).toHaveAttribute('data-series', '2');
  await expect(view).toHaveAttribute('data-bucket', '60');
  expect(await attribute(view, 'data-points')).toBe(2 * 61);
  const tip = await tooltipAt(page, view, NOW - 1200);
  expect(tip).toContain(cpu(0, NOW - 1200).toFixed(1));
  // The ring behind it is known here as in the builder.
  await expect(view).not.toHaveAttribute('data-ring-newest', '');
  await page.getByRole('tab', { name: 'Table' }).click();
  await expect(page.getByRole('columnheader')).toHaveText([
    'ts',
    '__name__',
    'dc',
    'host',
    'value',
  ]);
});

test('PromQL: rates, legends, several expressions, and the link to all of it', async ({ page }) => {
  await page.goto(
    explore({
      promql: ['sum by (host) (rate(net_bytes_sent[$__rate_interval]))', 'vector(7)'],
      legend: ['sent by {{host}}', 'seven'],
    }),
  );
  await ends(result(page), 'data');
  await expect(chart(page)).toHaveAttribute('data-series', '4');
  await expect(page.getByRole('button', { name: /sent by web-2/ })).toBeVisible();
  const tip = await tooltipAt(page, chart(page), NOW - 900);
  expect(tip).toMatch(/sent by web-2\s*2,?000|2 ?k/i);
  // A variable is no mistake.
  await expect(page.locator('.cm-lintRange')).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove expression 2' }).click();
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  await expect(page).toHaveURL(/legend=sent\+by/);
  await page.reload();
  await expect(chart(page)).toHaveAttribute('data-series', '3');
});

test.describe('while time goes on', () => {
  // The list takes Enter only once it has been there for a moment.
  test.use({ clock: 'ticking' });

  test('PromQL: completion of metrics, labels, values and functions; what is wrong is marked', async ({
    page,
  }) => {
    await page.goto(explore({ promql: '' }));
    await editor(page).click();
    const list = page.locator('.cm-tooltip-autocomplete');
    const accept = async (option: string) => {
      await expect(list.locator('[aria-selected]')).toHaveText(new RegExp(`^${option}`));
      await page.clock.runFor(500);
      await page.keyboard.press('Enter');
      await expect(list).toHaveCount(0);
    };
    await page.keyboard.type('cpu_per');
    await accept('cpu_percent');
    await page.keyboard.type('{ho');
    await accept('host');
    await page.keyboard.type('="web');
    await expect(list.getByText('web-1')).toBeVisible();
    await page.keyboard.type('-2');
    await accept('web-2');
    await expect(editor(page)).toHaveText('cpu_percent{host="web-2"}');
    await page.keyboard.press('Enter');
    await ends(result(page), 'data');
    await expect(chart(page)).toHaveAttribute('data-series', '1');

    await write(page, 'histogram_quan');
    await page.keyboard.type('t');
    await expect(list.getByText('histogram_quantile').first()).toBeVisible();
    await page.keyboard.press('Escape');

    // What its grammar does not take is marked as it is written, with variables or without.
    const marks = page.locator('.cm-lintRange-error, .cm-lintPoint-error');
    await write(page, 'rate(net_bytes_sent[$__rate_interval]) + rate(cpu_percent)');
    await expect(marks).toHaveText('cpu_percent');
    await write(page, 'sum by (host) (rate(net_bytes_sent[$__rate_interval]))');
    await expect(marks).toHaveCount(0);
    // What only the server finds is marked where it says, until it is written anew.
    await write(page, 'rate(net_bytes_sent[$__rate_interval]) > 0 or cpu_percent{host=~"("}');
    await page.keyboard.press('Enter');
    await ends(result(page), 'stale');
    await expect(marks).toHaveText('host');
    await page.keyboard.press('End');
    await page.keyboard.type(' ');
    await expect(marks).toHaveCount(0);
  });
});

test('PromQL on a phone: an expression has the whole width', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(explore({ promql: 'sum by (host) (rate(net_bytes_sent[$__rate_interval]))' }));
  await page.getByRole('button', { name: 'Edit the query' }).click();
  await expect(editor(page)).toBeVisible();
  expect((await editor(page).boundingBox())?.width).toBeGreaterThan(320);
});

test('PromQL: an instant is a table of what holds at the end of the range', async ({ page }) => {
  await page.goto(explore({ promql: 'topk(2, mem_used_percent)' }));
  await ends(result(page), 'data');
  await page.getByRole('radiogroup', { name: 'When to evaluate' }).getByText('Instant').click();
  await expect(page).toHaveURL(/instant=1/);
  const rows = result(page).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('db-1');
  await expect(rows.nth(1)).toContainText('50');
  await expect(rows.nth(2)).toContainText('45');
});

test('builder, PromQL and back', async ({ page }) => {
  await page.goto(explore({ s: 'rate(net_bytes_sent)', agg: 'sum', by: 'host' }));
  await ends(result(page), 'data');
  const modes = page.getByRole('radiogroup', { name: 'How to write the query' });
  await modes.getByText('PromQL').click();
  await expect(editor(page)).toHaveText('sum by (host) (rate(net_bytes_sent[$__rate_interval]))');
  await ends(result(page), 'data');
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  await write(page, 'avg by (dc) (cpu_percent)');
  await page.keyboard.press('Enter');
  await expect(chart(page)).toHaveAttribute('data-series', '2');
  await modes.getByText('Builder').click();
  await expect(page).toHaveURL(/s=cpu_percent&agg=avg&by=dc/);
  await modes.getByText('PromQL').click();
  await write(page, 'cpu_percent > 40');
  await page.keyboard.press('Enter');
  await ends(result(page), 'data');
  await modes.getByText('Builder').click();
  const dialog = page.getByRole('dialog', { name: 'The builder cannot show this PromQL' });
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(editor(page)).toHaveText('cpu_percent > 40');
});

test('a panel of PromQL follows variables and filters, and opens in Explore with them', async ({
  page,
}) => {
  const link = await putDashboard(
    'promql',
    [
      {
        title: 'CPU',
        query: { promql: { expressions: [{ expr: 'cpu_percent{host=~"$host"}' }] } },
      },
      {
        title: 'Now',
        query: { promql: 'sum(mem_used_percent)' },
        options: { type: 'stat', unit: 'percent' },
      },
    ],
    {
      variables: [
        { kind: 'query', name: 'dc', query: 'label_values(cpu_percent, dc)', multi: false },
        { kind: 'query', name: 'host', query: 'label_values(cpu_percent{dc=~"$dc"}, host)' },
      ],
    },
  );
  await page.goto(link);
  const view = chart(panel(page, 'CPU'));
  await expect(view).toHaveAttribute('data-series', '3');
  await expect(panel(page, 'Now')).toContainText('135%');
  await choose(page, page.getByRole('combobox', { name: 'dc' }), 'eu');
  await page.getByRole('combobox', { name: 'host' }).click();
  await expect(page.getByRole('option')).toHaveText(['web-1', 'web-2']);
  await page.getByRole('option', { name: 'web-2' }).click();
  await page.keyboard.press('Escape');
  await expect(view).toHaveAttribute('data-series', '1');

  await page.goto(`${link}?filter=dc%3D"us"`);
  await expect(view).toHaveAttribute('data-series', '1');
  await expect(panel(page, 'Now')).toContainText('50%');
  await page.getByRole('button', { name: 'Menu of CPU' }).click();
  await page.getByRole('menuitem', { name: 'Explore' }).click();
  await ends(result(page), 'data');
  await expect(editor(page)).toHaveText('cpu_percent{dc="us",host=~".*"}');
  await expect(chart(page)).toHaveAttribute('data-series', '1');
});

test("panels and variables of Grafana's Prometheus dashboards are imported", async ({ page }) => {
  const at = (x: number, y: number) => ({ gridPos: { x, y, w: 12, h: 8 } });
  const prometheus = { datasource: { type: 'prometheus', uid: '$source' } };
  const dashboard = {
    title: 'Hosts of Grafana',
    schemaVersion: 39,
    time: HOUR,
    templating: {
      list: [
        { name: 'source', type: 'datasource', query: 'prometheus' },
        {
          name: 'host',
          type: 'query',
          multi: true,
          includeAll: true,
          query: { query: 'query_result(cpu_percent{dc="eu"})' },
          regex: '/host="([^"]+)"/',
        },
      ],
    },
    panels: [
      {
        ...{ title: 'Sent', type: 'timeseries', ...prometheus, ...at(0, 0) },
        targets: [
          {
            expr: 'rate(net_bytes_sent{host=~"$host"}[$__rate_interval])',
            legendFormat: '{{host}}',
          },
        ],
      },
      {
        ...{ title: 'Most', type: 'stat', ...prometheus, ...at(12, 0) },
        targets: [{ expr: 'max(cpu_percent)', instant: true }],
      },
      {
        ...{ title: 'Memory', type: 'table', ...prometheus, ...at(0, 8) },
        targets: [{ expr: 'mem_used_percent', format: 'table', instant: true }],
      },
      {
        ...{ title: 'Disk', type: 'bargauge', ...prometheus, ...at(12, 8) },
        targets: [{ expr: 'disk_used_percent' }],
      },
    ],
  };
  await page.goto('/ui/dashboards');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import' }).click();
  await (await chooser).setFiles({
    name: 'hosts.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(dashboard)),
  });
  const partly = page.getByRole('dialog', { name: 'Not all of it can be imported' });
  await expect(partly.getByRole('listitem')).toHaveText([
    'Disk: shown as numbers, not as a bar gauge',
  ]);
  await partly.getByRole('button', { name: 'Import the rest' }).click();
  await expect(page.getByRole('heading', { name: 'Hosts of Grafana' })).toBeVisible();
  await expect(chart(panel(page, 'Sent'))).toHaveAttribute('data-series', '3');
  await page.getByRole('combobox', { name: 'host' }).click();
  await expect(page.getByRole('option')).toHaveText(['web-1', 'web-2']);
  await page.getByRole('option', { name: 'web-1' }).click();
  await page.keyboard.press('Escape');
  await expect(chart(panel(page, 'Sent'))).toHaveAttribute('data-series', '1');
  await ends(panel(page, 'Most'), 'data');
  await expect(panel(page, 'Memory').getByRole('row')).toHaveCount(4);
  await expect(panel(page, 'Disk')).toContainText('62');
});
