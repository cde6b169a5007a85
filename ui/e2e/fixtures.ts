import {
  test as base,
  type Download,
  expect,
  type Locator,
  type Page,
  type Request as PlaywrightRequest,
} from '@playwright/test';
import { NOW } from './seed';

export { expect };

interface Options {
  /** `fixed` stops the page's clock at the seed's now; `ticking` lets it go on from there. */
  clock: 'fixed' | 'ticking' | 'real';
}

/** Servers that a test has started for itself. */
export const ownOrigins = new Set<string>();

/** Every page starts at the seed's moment, and may neither throw nor ask another origin. */
export const test = base.extend<Options>({
  clock: ['fixed', { option: true }],
  page: async ({ page, clock, baseURL }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== baseURL && protocol.startsWith('http') && !isOwn(origin)) {
        faults.push(`a request to ${origin}`);
      }
    });
    if (clock === 'fixed') {
      await page.clock.setFixedTime(NOW * 1000);
    } else if (clock === 'ticking') {
      await page.clock.install({ time: NOW * 1000 });
    }
    await use(page);
    expect(faults).toEqual([]);
  },
});

function isOwn(origin: string): boolean {
  const shared = [process.env.ANNULUS_E2E_URL, process.env.ANNULUS_E2E_EMPTY_URL];
  return (
    ownOrigins.has(origin) ||
    shared.some((url) => url !== undefined && new URL(url).origin === origin)
  );
}

/** Explore's link for selectors, or other parameters. */
export function explore(params: Record<string, string | string[]>): string {
  const query = new URLSearchParams();
  const all = { from: iso(NOW - 3600), to: iso(NOW), tz: 'UTC', ...params };
  for (const [name, value] of Object.entries(all)) {
    for (const one of [value].flat()) {
      query.append(name, one);
    }
  }
  return `/ui/explore?${query}`;
}

export function iso(ts: number): string {
  return new Date(ts * 1000).toISOString().replace('.000', '');
}

export function result(page: Page): Locator {
  return page.getByRole('region', { name: 'Result' });
}

/** The state of a page's first chart. */
export function chart(within: Page | Locator): Locator {
  return within.locator('[data-series][data-from]').first();
}

/** Waits until a result, or panel, has ended in this way. */
export async function ends(where: Locator, end: string | RegExp): Promise<void> {
  await expect(where).toHaveAttribute('data-end', end);
}

export async function attribute(where: Locator, name: string): Promise<number> {
  return Number(await where.getAttribute(name));
}

/** The next answer to a query whose SQL holds a text, in columns. */
export async function nextAnswer(
  page: Page,
  inSql: string | RegExp = '',
): Promise<{ request: { sql: string }; answer: Answer }> {
  const response = await page.waitForResponse(
    (r) =>
      r.url().endsWith('/query') &&
      r.ok() &&
      new RegExp(inSql).test(sqlOf(r.request())) &&
      // The page looks up how far apart samples are; that is no answer to a query.
      !/AS part\b/.test(sqlOf(r.request())),
  );
  return {
    request: response.request().postDataJSON() as { sql: string },
    answer: (await response.json()) as Answer,
  };
}

function sqlOf(request: PlaywrightRequest): string {
  return (request.postDataJSON() as { sql: string }).sql;
}

export interface Answer {
  columns: { name: string; type: string }[];
  data: (number | string | null)[][];
  count: number;
}

export function column(answer: Answer, name: string): (number | string | null)[] {
  return answer.data[answer.columns.findIndex((c) => c.name === name)] ?? [];
}

/** Commits a text field, as Enter does. */
export async function commit(field: Locator, value: string): Promise<void> {
  await field.fill(value);
  await field.press('Enter');
}

/** Chooses in a select or menu by its visible text. */
export async function choose(page: Page, field: Locator, option: string | RegExp): Promise<void> {
  await field.click();
  await page.getByRole('option', { name: option, exact: typeof option === 'string' }).click();
}

/** Replaces the text of the SQL editor. */
export async function typeSql(page: Page, sql: string): Promise<void> {
  await page.getByRole('textbox', { name: 'SQL' }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(sql);
}

interface Panel {
  title: string;
  layout?: { x: number; y: number; w: number; h: number };
  query: object;
  bucket?: number;
  options?: object;
  repeat?: string;
}

/** Stores a dashboard through the API, unless told otherwise the seeded server's; its link. */
export async function putDashboard(
  slug: string,
  panels: readonly Panel[],
  more: object = {},
  api = process.env.ANNULUS_E2E_URL,
  title = `Test ${slug}`,
): Promise<string> {
  const definition = {
    version: 1,
    time: { from: iso(NOW - 3600), to: iso(NOW) },
    refresh: null,
    variables: [],
    ...more,
    panels: panels.map((panel, i) => ({ id: i + 1, bucket: null, ...panel })),
  };
  const response = await fetch(`${api}/dashboards/${slug}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title, definition }),
  });
  expect(response.status).toBe(200);
  return `/ui/d/${slug}`;
}

export function builder(metric: string, more: object = {}): object {
  return { builder: { selectors: [{ metric }], ...more } };
}

export function panel(page: Page, title: string): Locator {
  return page.getByRole('region', { name: title, exact: true });
}

/**
 * How many pixels of a chart's canvas, near a moment, have the colour of no axis or grid.
 *
 * @param within shares of the canvas' height, from the top
 */
export async function inkAt(view: Locator, ts: number, within = [0, 1]): Promise<number> {
  await view.locator('canvas').waitFor();
  return view.evaluate(
    (element, [at = 0, top = 0, bottom = 1]) => {
      const canvas = element.querySelector('canvas') as HTMLCanvasElement;
      const over = element.querySelector('.u-over') as HTMLElement;
      const from = Number(element.getAttribute('data-from'));
      const to = Number(element.getAttribute('data-to'));
      const box = over.getBoundingClientRect();
      const left = box.left - canvas.getBoundingClientRect().left;
      const scale = canvas.width / canvas.getBoundingClientRect().width;
      const x = Math.round((left + ((at - from) / (to - from)) * box.width) * scale);
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      const [from0, to0] = [Math.round(top * canvas.height), Math.round(bottom * canvas.height)];
      const { data } = context.getImageData(x - 2, from0, 5, to0 - from0);
      let coloured = 0;
      for (let i = 0; i < data.length; i += 4) {
        const [r = 0, g = 0, b = 0, a = 0] = data.slice(i, i + 4);
        coloured += a > 60 && Math.max(r, g, b) - Math.min(r, g, b) > 60 ? 1 : 0;
      }
      return coloured;
    },
    [ts, ...within],
  );
}

/** Moves the pointer to a moment on a chart, half-way up, and reads the tooltip. */
export async function tooltipAt(page: Page, view: Locator, ts: number): Promise<string> {
  const over = view.locator('.u-over');
  await over.scrollIntoViewIfNeeded();
  const box = await over.boundingBox();
  const [from, to] = [await attribute(view, 'data-from'), await attribute(view, 'data-to')];
  if (!box) {
    throw new Error('there is no chart');
  }
  const x = box.x + ((ts - from) / (to - from)) * box.width;
  await page.mouse.move(x + 1, box.y + box.height / 2);
  await page.mouse.move(x, box.y + box.height / 2);
  return over.evaluate((element) =>
    [...element.children]
      .filter((child) => child.className.includes('tooltip') && !(child as HTMLElement).hidden)
      .map((child) => [...child.querySelectorAll('div')].map((row) => row.textContent).join('\n'))
      .join('\n'),
  );
}

const FACTORS = Array.from({ length: 8 }, (_, i) => i);

/**
 * A slow query: a cross join that takes longer than any test waits, on a busy machine, too. Its rows
 * are not more than a query may join, since only the last condition, which takes its time, sees all.
 */
export const SLOW_SQL = `SELECT count(*) AS n FROM ${FACTORS.map(
  (i) => `(VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10),(11),(12)) AS t${i}(v${i})`,
).join(
  ', ',
)} WHERE sin(cos(tan(exp(sin(cos(tan(exp(${FACTORS.map((i) => `v${i}`).join(' + ')})))))))) > 2`;

/** Drags over a stretch of a chart, given as shares of its width. */
export async function drag(page: Page, view: Locator, from: number, to: number): Promise<void> {
  const over = view.locator('.u-over');
  await over.scrollIntoViewIfNeeded();
  const box = await over.boundingBox();
  if (!box) {
    throw new Error('there is no chart');
  }
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * ((from + to) / 2), y, { steps: 3 });
  await page.mouse.move(box.x + box.width * to, y, { steps: 3 });
  await page.mouse.up();
}

export async function savedText(download: Download): Promise<string> {
  let content = '';
  for await (const chunk of await download.createReadStream()) {
    content += chunk.toString();
  }
  return content;
}

/** An init script: remembers in `window.drawn` what is written on canvases, the labels of axes. */
export function recordTexts(): void {
  const { prototype } = CanvasRenderingContext2D;
  const { fillText } = prototype;
  const drawn: string[] = [];
  Object.assign(window, { drawn });
  prototype.fillText = function (...args) {
    drawn.push(args[0]);
    fillText.apply(this, args);
  };
}
