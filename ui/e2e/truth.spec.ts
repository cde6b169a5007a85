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
import { HOLE, NOW, RESTART, truthTotals, UNREAD } from './seed';

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
  await page.getByRole('link', { name: 'truth_total' }).click();
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
  const alone = await putDashboard('left-out', [
    { title: 'Left out', query, bucket: 300, options: { unfinished: 'hidden' } },
  ]);
  await page.goto(alone);
  await ends(panel(page, 'Left out'), 'data');
  expect(await hasDashed(page)).toBe(false);
});
