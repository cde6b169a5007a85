import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { chart, ends, expect, explore, result, SLOW_SQL, test, typeSql } from './fixtures';
import { everything, looks, pages } from './pages';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const THEMES = ['light', 'dark'] as const;

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

async function serious(page: Page): Promise<string[]> {
  // Not as a script of the page, whose policy would refuse it.
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (options: object) => Promise<{ violations: Violation[] }> };
    };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`);
}

for (const theme of THEMES) {
  test(`case 31: no serious accessibility fault on any page, ${theme}`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const board = await looks(`looks-${theme}`);
    const found: string[] = [];
    const more: ReturnType<typeof pages> = [
      [
        await everything(`everything-${theme}`),
        (page) => expect(page.getByRole('button', { name: /: Failover$/ }).first()).toBeVisible(),
      ],
      [
        '/ui/metrics?browse=1&q=host%3Dweb-1',
        (page) => expect(page.getByRole('checkbox', { name: 'web-1' })).toBeChecked(),
      ],
    ];
    for (const [path, complete] of [...more, ...pages(board)]) {
      await page.goto(path);
      await complete(page);
      found.push(...(await serious(page)).map((fault) => `${path}: ${fault}`));
    }
    expect(found).toEqual([]);
  });
}

test('case 31: the order of Tab, and where focus returns after dialogs', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Annulus, home' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Home', exact: true })).toBeFocused();

  const opener = page.getByRole('button', { name: 'Add to dashboard' });
  await opener.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByLabel('Title of the panel')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(opener).toBeFocused();

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  for (const [key, place] of [
    ['e', /\/ui\/explore/],
    ['d', /\/ui\/dashboards/],
    ['s', /\/ui\/status/],
    ['h', /\/ui\/?(\?.*)?$/],
    ['m', /\/ui\/metrics/],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(page, `g ${key}`).toHaveURL(place);
  }
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Go to' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Go to a page' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Go to a page, dashboard or metric' }).fill('stat');
  await expect(page.getByRole('option', { name: /Status/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/ui\/status/);
});

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Texts that are cut off without a sign of it, and controls that lie over each other. */
async function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const visible = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()} "${
        element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)
      }"`;
    const ownText = (element: Element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    const cut = [...document.querySelectorAll('body *')].filter((element) => {
      const isField = element instanceof HTMLInputElement && element.value !== '';
      const { overflowX, textOverflow } = getComputedStyle(element);
      const hides = ownText(element) && overflowX === 'hidden' && textOverflow !== 'ellipsis';
      const shown = element.clientWidth > 1; // what is for screen readers only takes one pixel
      return (isField || hides) && shown && element.scrollWidth > element.clientWidth + 1;
    });
    const controls = [...document.querySelectorAll('main :is(button, input, a)')].filter(visible);
    const boxes = controls.map((control) => control.getBoundingClientRect());
    const overlaps = controls.flatMap((one, i) =>
      controls.slice(i + 1).flatMap((other, k) => {
        const [a, b] = [boxes[i] as DOMRect, boxes[i + 1 + k] as DOMRect];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        return wide > 2 &&
          high > 2 &&
          !one.contains(other) &&
          !one.closest('.mantine-Input-wrapper')?.contains(other)
          ? [`${name(one)} over ${name(other)}`]
          : [];
      }),
    );
    return [...cut.filter(visible).map((element) => `cut: ${name(element)}`), ...overlaps];
  });
}

for (const width of [1440, 390]) {
  test(`case 31: no text is cut and no control covers another, ${width} pixels`, async ({
    page,
  }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width, height: 900 });
    const board = await looks(`looks-clipped-${width}`);
    const found: string[] = [];
    for (const [path, complete] of pages(board)) {
      await page.goto(path);
      await complete(page);
      found.push(...(await clipped(page)).map((fault) => `${path}: ${fault}`));
    }
    expect(found).toEqual([]);
  });
}

test('case 31: nothing scrolls sideways at 200 % zoom', async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 640, height: 400 });
  const board = await looks('looks-zoom');
  for (const [path, complete] of pages(board)) {
    await page.goto(path);
    await complete(page);
    expect(await overflow(page), path).toBeLessThanOrEqual(0);
  }
});

for (const width of [720, 390]) {
  test(`case 31: names of metrics are whole, ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto('/ui/metrics?q=seconds_bucket');
    const rows = page.getByRole('row').filter({ hasText: 'seconds_bucket' });
    await expect(rows.nth(5)).toBeVisible();
    await expect(rows.nth(1)).toContainText('le=');
    const cut = await rows.locator('strong, a[href*="/metrics/"]').evaluateAll((names) =>
      names.flatMap((name) => {
        const cell = name.closest('[role=cell]') as HTMLElement;
        const [box, inside] = [cell.getBoundingClientRect(), name.getBoundingClientRect()];
        const isWhole = inside.right <= box.right + 1 && inside.bottom <= box.bottom + 1;
        return isWhole && inside.width > 60 ? [] : [name.textContent];
      }),
    );
    expect(cut).toEqual([]);
  });
}

test('case 32: 390 pixels: nothing scrolls sideways, and the picker can be used', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 390, height: 844 });
  const board = await looks('looks-narrow');
  for (const [path, complete] of pages(board)) {
    await page.goto(path);
    await complete(page);
    expect(await overflow(page), path).toBeLessThanOrEqual(0);
  }
  // A query that is open, with all that it may have.
  const open = { by: ['host', 'dc'], agg: 'sum', f: 'A * 2' };
  await page.goto(explore({ ...open, s: 'rate(net_bytes_sent{host=~"web.*",dc="eu"})' }));
  await ends(result(page), 'data');
  await page.getByRole('button', { name: 'Edit the query' }).click();
  await expect(page.getByRole('combobox', { name: 'Group by' })).toBeVisible();
  expect(await overflow(page), 'an open query').toBeLessThanOrEqual(0);
  const navigation = page.getByRole('navigation', { name: 'Main' });
  for (const name of ['Home', 'Explore', 'Metrics', 'Dashboards', 'Status', 'Settings']) {
    await navigation.getByRole('link', { name, exact: true }).click();
    await expect(navigation.locator('[aria-current=page]')).toHaveAccessibleName(name);
  }
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  await page.getByRole('button', { name: /^Time range/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Time range' });
  const box = await dialog.boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  await dialog.getByRole('button', { name: 'Last 6 hours' }).click();
  await expect(page.getByRole('button', { name: 'Time range: Last 6 hours' })).toBeVisible();
});

test('case 30: the theme follows the system, a choice stays, charts take new colours', async ({
  page,
}) => {
  const theme = page.locator('html');
  const stroke = () =>
    page.getByRole('list', { name: 'Series' }).locator('line').first().getAttribute('stroke');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(explore({ s: 'cpu_percent' }));
  await expect(chart(page)).toHaveAttribute('data-series', '3');
  await expect(theme).toHaveAttribute('data-mantine-color-scheme', 'light');
  const light = await stroke();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(theme).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect.poll(stroke).not.toBe(light);
  const drawn = () =>
    page
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const dark = await drawn();
  await page.getByRole('button', { name: 'Theme: System theme' }).click();
  await page.getByRole('menuitem', { name: 'Light' }).click();
  await expect(theme).toHaveAttribute('data-mantine-color-scheme', 'light');
  await expect.poll(stroke).toBe(light);
  await expect.poll(drawn).not.toBe(dark);
  await page.reload();
  await expect(theme).toHaveAttribute('data-mantine-color-scheme', 'light');
  await expect(page.getByRole('button', { name: 'Theme: Light' })).toBeVisible();
});

test('where motion is unwelcome, nothing moves', async ({ page }) => {
  const millis = () =>
    page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement('div'));
      probe.style.animation = 'probe 5s';
      probe.style.transition = 'opacity 5s';
      const { animationDuration, transitionDuration } = getComputedStyle(probe);
      probe.remove();
      return [animationDuration, transitionDuration].map((text) => Number.parseFloat(text));
    });
  await page.goto('/ui/settings');
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  expect(await millis()).toEqual([5, 5]);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const duration of await millis()) {
    expect(duration).toBeLessThan(0.001);
  }
});

test('whatever Tab reaches shows that it has the focus', async ({ page }) => {
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const unmarked: string[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < 45; i++) {
    await page.keyboard.press('Tab');
    const { name, isMarked } = await page.evaluate(() => {
      const element = document.activeElement ?? document.body;
      const near = element.matches('input[type=radio]') ? element.nextElementSibling : element;
      const { outlineStyle, outlineWidth } = getComputedStyle(near ?? element);
      const isOutlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
      // Text fields of the kit mark their border instead.
      const isField = element.matches('input:not([type=radio])');
      return {
        name: element.getAttribute('aria-label') ?? element.textContent ?? element.tagName,
        isMarked: element === document.body || isOutlined || isField,
      };
    });
    seen.add(name);
    if (!isMarked) {
      unmarked.push(name);
    }
  }
  expect(seen.size).toBeGreaterThan(20);
  expect(unmarked).toEqual([]);
});

test.describe('while time goes on', () => {
  test.use({ clock: 'ticking' });

  test('Esc cancels what runs', async ({ page }) => {
    await page.goto(explore({ sql: '' }));
    await typeSql(page, SLOW_SQL);
    await page.keyboard.press('Control+Enter');
    await ends(result(page), 'running');
    await page.getByRole('heading', { name: 'Explore', level: 1 }).click({ force: true });
    await page.keyboard.press('Escape');
    await ends(result(page), 'cancelled');
  });
});
