import type { Page } from '@playwright/test';
import {
  attribute,
  builder,
  chart,
  column,
  ends,
  expect,
  explore,
  inkAt,
  iso,
  nextAnswer,
  panel,
  putDashboard,
  result,
  test,
  tooltipAt,
} from './fixtures';
import { cpu, HOLE, MIXED_END, NOW, RESTART, truthTotals, UNREAD } from './seed';

const HOUR = 3600;

/** What each pair of neighbouring samples adds, as one would by hand. */
function gained(from: number, to: number): number {
  const totals = truthTotals();
  return totals.reduce((sum, { ts, value }, i) => {
    const before = totals[i - 1];
    if (!before || ts < from || ts > to) {
      return sum;
    }
    return sum + (value < before.value ? value : value - before.value);
  }, 0);
}

/** Remembers the dash patterns that are drawn with. */
function recordDashes(): void {
  const { prototype } = CanvasRenderingContext2D;
  const { setLineDash } = prototype;
  const dashes: string[] = [];
  Object.assign(window, { dashes });
  prototype.setLineDash = function (pattern) {
    dashes.push([...pattern].join());
    setLineDash.call(this, pattern);
  };
}

function hasDashed(page: Page): Promise<boolean> {
  return page.evaluate(() => (window as unknown as { dashes: string[] }).dashes.includes('3,4'));
}

test('a gap of one series stays a gap where another has samples', async ({ page }) => {
  await page.goto(explore({ s: 'truth_gauge' }));
  await ends(result(page), 'data');
  const view = chart(page);
  const low = [0.5, 1];
  await expect.poll(() => inkAt(view, NOW - 3000, low)).toBeGreaterThan(0);
  expect(await inkAt(view, (HOLE.from + HOLE.to) / 2, low), 'a line across the gap').toBe(0);
  expect(await inkAt(view, (HOLE.from + HOLE.to) / 2, [0, 0.5]), 'the other line').toBeGreaterThan(
    0,
  );
  const outside = await tooltipAt(page, view, NOW - 3000);
  expect(outside).toMatch(/a10\n?/);
  expect(outside).toContain('b90');
  const inside = await tooltipAt(page, view, (HOLE.from + HOLE.to) / 2);
  expect(inside).toContain('b90');
  expect(inside, 'a value from minutes away').not.toContain('a10');
});

test('samples rarer than their ring is fine are one line, in buckets that each have some', async ({
  page,
}) => {
  await page.goto(explore({ s: 'truth_gauge', agg: 'sum', from: iso(HOLE.to), to: iso(NOW) }));
  await ends(result(page), 'data');
  const view = chart(page);
  expect(await attribute(view, 'data-bucket')).toBe(10);
  expect(await tooltipAt(page, view, NOW - 300), 'both hosts in each bucket').toContain('100');
  const link = await putDashboard('cadence', [
    { title: 'Fine', query: builder('truth_gauge'), bucket: 1 },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Fine'), 'data');
  const fine = chart(panel(page, 'Fine'));
  for (let ts = NOW - 1003; ts < NOW - 990; ts++) {
    expect(await inkAt(fine, ts, [0.5, 1]), `between samples, at ${ts}`).toBeGreaterThan(0);
  }
});

test('areas of a stack are filled where one below them has no samples, and do not fall at the end', async ({
  page,
}) => {
  const options = { type: 'area', stack: true };
  const layout = (x: number) => ({ x, y: 0, w: 6, h: 3 });
  const link = await putDashboard('stacks', [
    { title: 'Hole', query: builder('truth_gauge'), layout: layout(0), options },
    { title: 'Ends', query: builder('mixed_gauge'), layout: layout(6), bucket: 1, options },
  ]);
  await page.goto(link);
  for (const title of ['Hole', 'Ends']) {
    await ends(panel(page, title), 'data');
  }
  const below = [0.4, 0.6];
  const hole = chart(panel(page, 'Hole'));
  await expect.poll(() => inkAt(hole, NOW - 3000, below)).toBeGreaterThan(0);
  expect(await inkAt(hole, (HOLE.from + HOLE.to) / 2, below), 'below b').toBeGreaterThan(0);
  // Host b's last sample is 5 s old; the sum of 30 would fall to 10 without it.
  const end = chart(panel(page, 'Ends'));
  expect(await inkAt(end, NOW - 2, [0.65, 0.8]), 'the area of b').toBeGreaterThan(0);
});

test('series with different distances: what ends ends, what is summed has all of them in each bucket', async ({
  page,
}) => {
  await page.goto(explore({ s: 'mixed_gauge' }));
  await ends(result(page), 'data');
  const top = [0, 0.3];
  expect(await inkAt(chart(page), NOW - 1800, top), 'the rarest is one line').toBeGreaterThan(0);
  expect(await inkAt(chart(page), NOW - 300, top), 'no line behind its last sample').toBe(0);
  expect(await tooltipAt(page, chart(page), MIXED_END - 30)).toContain('c40');
  expect(await tooltipAt(page, chart(page), MIXED_END + 120)).not.toContain('c40');

  const answered = nextAnswer(page, /sum\(/);
  await page.goto(explore({ s: 'mixed_gauge', agg: 'sum' }));
  const { answer } = await answered;
  await ends(result(page), 'data');
  expect(await attribute(chart(page), 'data-bucket')).toBeGreaterThanOrEqual(60);
  const buckets = column(answer, 'bucket').map(Number);
  column(answer, 'value').forEach((value, i) => {
    const at = buckets[i] ?? 0;
    // The first and the last bucket are only partly in the range.
    if (at > NOW - HOUR && at < NOW - 60 && Math.abs(at - MIXED_END) > 60) {
      expect(value, iso(at)).toBe(at < MIXED_END ? 70 : 30);
    }
  });
});

test('a bucket without samples is no place to tell of the next one', async ({ page }) => {
  await page.goto(explore({ s: 'truth_gauge', bucket: '5m' }));
  await ends(result(page), 'data');
  // Of host a, buckets 1500 and 1800 s ago are empty; the one after them begins 1200 s ago.
  const inside = await tooltipAt(page, chart(page), NOW - 1500);
  expect(inside).toContain('b90');
  expect(inside).not.toContain('a10');
  expect(await tooltipAt(page, chart(page), NOW - 1200)).toContain('a10');
});

test('rates and increases are what neighbouring samples add, through resets and gaps', async ({
  page,
}) => {
  const from = NOW - HOUR;
  for (const bucket of ['1m', '7s', '30m']) {
    const answered = nextAnswer(page, /increase/);
    await page.goto(explore({ s: 'increase(truth_total)', bucket }));
    const { answer } = await answered;
    await ends(result(page), 'data');
    const seconds = await attribute(chart(page), 'data-bucket');
    const first = Math.floor(from / seconds) * seconds;
    const inRange = column(answer, 'value').filter(
      (_, i) => Number(column(answer, 'bucket')[i]) >= first,
    );
    const sum = inRange.reduce<number>((all, value) => all + Number(value), 0);
    expect(sum, `in buckets of ${bucket}`).toBeCloseTo(gained(first, NOW), 3);
  }
  const answered = nextAnswer(page, /increase/);
  await page.goto(explore({ s: 'rate(truth_total)', bucket: '1m' }));
  const { answer } = await answered;
  const buckets = column(answer, 'bucket').map(Number);
  column(answer, 'value').forEach((value, i) => {
    const restarts = RESTART >= (buckets[i] ?? 0) && RESTART < (buckets[i] ?? 0) + 60;
    // Of four stretches of 15 s the one with the restart gains 7.
    expect(value, iso(buckets[i] ?? 0)).toBeCloseTo(restarts ? (7 + 3 * 1500) / 60 : 100, 6);
  });
  await ends(result(page), 'data');
  const view = chart(page);
  expect(await tooltipAt(page, view, UNREAD.to + 20), 'after the gap').toContain(
    '100/s'.slice(0, 3),
  );
  expect(await tooltipAt(page, view, (UNREAD.from + UNREAD.to) / 2), 'in the gap').toBe('');
});

test('a metric has the exact rate in its list and on its page', async ({ page }) => {
  await page.goto(`/ui/metrics?q=truth_total&from=${iso(NOW - HOUR)}&to=${iso(NOW)}&tz=UTC`);
  const spark = page
    .getByRole('row')
    .filter({ hasText: 'truth_total' })
    .locator('svg[preserveAspectRatio] path');
  await expect(spark).toHaveAttribute('d', /M/);
  const heights = [...((await spark.getAttribute('d')) ?? '').matchAll(/[ML]\S+ ([\d.]+)/g)].map(
    (match) => Number(match[1]),
  );
  heights.sort((a, b) => a - b);
  expect(heights.length).toBeGreaterThan(60);
  // One bucket has the restart; in all others the rate is the same.
  expect((heights.at(-2) ?? 0) - (heights[0] ?? 0), 'a flat line').toBeLessThan(1);
  await page.getByRole('link', { name: 'truth_total', exact: true }).click();
  const view = chart(page.getByRole('region', { name: 'Preview' }));
  await expect(view).toHaveAttribute('data-state', 'data');
  expect(await attribute(view, 'data-bucket')).toBeGreaterThanOrEqual(15);
  expect(await tooltipAt(page, view, UNREAD.to + 5), 'after the gap').toContain('100');
});

test('a bucket that is still filling is dashed, or left out by choice', async ({ page }) => {
  await page.addInitScript(recordDashes);
  const layout = (x: number) => ({ x, y: 0, w: 6, h: 3 });
  const query = { builder: { selectors: [{ metric: 'truth_total', reading: 'increase' }] } };
  const link = await putDashboard('unfinished', [
    { title: 'Left out', layout: layout(6), query, bucket: 300, options: { unfinished: 'hidden' } },
    { title: 'Dashed', layout: layout(0), query, bucket: 300 },
    { title: 'Mean', layout: layout(0), query: builder('cpu_percent'), bucket: 300 },
  ]);
  await page.goto(link);
  const view = (title: string) => chart(panel(page, title));
  for (const title of ['Left out', 'Dashed', 'Mean']) {
    await ends(panel(page, title), 'data');
  }
  expect(await attribute(view('Dashed'), 'data-open-from')).toBe(NOW - 300);
  await expect(view('Mean'), 'an average is whole at once').toHaveAttribute('data-open-from', '');
  expect(await attribute(view('Dashed'), 'data-points')).toBe(
    (await attribute(view('Left out'), 'data-points')) + 1,
  );
  expect(await hasDashed(page)).toBe(true);
  // Nor does a line without an axis fall at its end.
  const figures = await putDashboard('figures', [
    { title: 'Figure', query, bucket: 300, layout: layout(0), options: { type: 'stat' } },
    { title: 'Figures', query, bucket: 300, layout: layout(6), options: { type: 'table' } },
  ]);
  await page.goto(figures);
  for (const [title, last] of [
    ['Figure', panel(page, 'Figure').locator('strong')],
    ['Figures', panel(page, 'Figures').getByRole('cell').nth(1)],
  ] as const) {
    await expect(last).toHaveText('30,000');
    const spark = panel(page, title).locator('svg[preserveAspectRatio] path').last();
    await expect(spark).toHaveAttribute('d', /M/);
    const points = [...((await spark.getAttribute('d')) ?? '').matchAll(/[ML](\S+) /g)];
    const [first, end] = [points.at(0), points.at(-1)].map((point) => Number(point?.[1]));
    // From the first bucket to the last that is full, of those of an hour.
    expect((end ?? 0) - (first ?? 0), title).toBeCloseTo((116 * (HOUR - 300)) / HOUR, 0);
  }
  const alone = await putDashboard('left-out', [
    { title: 'Left out', query, bucket: 300, options: { unfinished: 'hidden' } },
  ]);
  await page.goto(alone);
  await ends(panel(page, 'Left out'), 'data');
  expect(await hasDashed(page)).toBe(false);
});

test('a chart shades what the ring no longer has, and marks the next overwrite', async ({
  page,
}) => {
  await page.goto(
    explore({ s: 'full_ring', from: iso(NOW - 2 * HOUR), to: iso(NOW + HOUR), bucket: '1m' }),
  );
  await ends(result(page), 'data');
  const view = chart(page);
  // 360 slots of 10 s are full: the oldest sample goes next.
  await expect(view).toHaveAttribute('data-ring-edge', String(NOW - HOUR + 10));
  await expect(view).toHaveAttribute('data-ring-next', String(NOW - HOUR + 10));
  await expect(view).toHaveAttribute('data-ring-newest', String(NOW));
  await view.locator('canvas').waitFor();
  const grey = (ts: number) =>
    view.evaluate((element, at) => {
      const canvas = element.querySelector('canvas') as HTMLCanvasElement;
      const over = (element.querySelector('.u-over') as HTMLElement).getBoundingClientRect();
      const box = canvas.getBoundingClientRect();
      const [from, to] = ['data-from', 'data-to'].map((name) => Number(element.getAttribute(name)));
      const share = (at - (from ?? 0)) / ((to ?? 1) - (from ?? 0));
      const x = Math.round(
        ((over.left - box.left + share * over.width) * canvas.width) / box.width,
      );
      const y = Math.round(((over.top - box.top + 20) * canvas.height) / box.height);
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      const { data } = context.getImageData(x, y, 24, 24);
      return data.some((value, i) => i % 4 === 3 && value > 0);
    }, ts);
  await expect.poll(() => grey(NOW - 5500), 'before the edge').toBe(true);
  expect(await grey(NOW + 1000), 'after the newest').toBe(true);
});

test('a panel compares with an hour earlier, in the same colours', async ({ page }) => {
  const link = await putDashboard('earlier', [
    {
      title: 'Both',
      query: builder('cpu_percent'),
      bucket: 60,
      options: { compare: 3600, legend: 'right' },
    },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Both'), 'data');
  const view = chart(panel(page, 'Both'));
  await expect(view).toHaveAttribute('data-series', '6');
  const legend = panel(page, 'Both').getByRole('list', { name: 'Series' });
  const colour = (name: string) =>
    legend.getByRole('button', { name, exact: true }).locator('line').getAttribute('stroke');
  expect(await colour('db-1 · 1 h earlier')).toBe(await colour('db-1'));
  const mean = (host: number, ts: number) =>
    [0, 10, 20, 30, 40, 50].reduce((sum, i) => sum + cpu(host, ts + i), 0) / 6;
  const text = await tooltipAt(page, view, NOW - 1200);
  expect(text).toContain(`db-1${mean(2, NOW - 1200).toFixed(1)}`);
  expect(text).toContain(`db-1 · 1 h earlier${mean(2, NOW - 4800).toFixed(1)}`);
});

test('bars of one metric are stacked, and at least six pixels wide', async ({ page }) => {
  const link = await putDashboard('bars', [
    {
      title: 'Bars',
      query: { builder: { selectors: [{ metric: 'net_bytes_sent', reading: 'increase' }] } },
      options: { type: 'bars', unit: 'bytes' },
    },
  ]);
  await page.goto(link);
  await ends(panel(page, 'Bars'), 'data');
  const view = chart(panel(page, 'Bars'));
  const over = await view.locator('.u-over').boundingBox();
  const bucket = await attribute(view, 'data-bucket');
  expect(((over?.width ?? 0) * bucket) / HOUR).toBeGreaterThanOrEqual(6 / 0.7);
  // 1000, 2000 and 3000 a second on top of each other: colour reaches five sixths of the height.
  const at = NOW - 600 + bucket / 2;
  await expect
    .poll(() => inkAt(view, Math.floor(at / bucket) * bucket, [0.1, 0.3]))
    .toBeGreaterThan(0);
});
