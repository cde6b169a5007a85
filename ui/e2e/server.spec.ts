import {
  attribute,
  builder,
  chart,
  ends,
  expect,
  explore,
  iso,
  ownOrigins,
  panel,
  putDashboard,
  result,
  test,
} from './fixtures';
import { NOW, seedOne } from './seed';
import { beginServer, startServer, startSplitServer } from './server';

/** A process has to start, and on a busy machine that may take long. */
const PATIENT_MILLIS = 300_000;
const AWAY = 'Annulus does not respond';

test.describe('in real time', () => {
  test.use({ clock: 'real' });

  test('case 1: a start-up page until the server is ready, then the page by itself', async ({
    page,
  }) => {
    test.setTimeout(PATIENT_MILLIS);
    const server = await startSplitServer();
    try {
      ownOrigins.add(server.url);
      await server.killStore();
      await page.goto(`${server.url}/ui/`);
      await expect(page.getByText('The server is starting.')).toBeVisible();
      await expect(page.getByRole('listitem').filter({ hasText: 'store' })).toContainText(
        'the store does not answer',
      );
      expect((await page.request.get(`${server.url}/readyz`)).status()).toBe(503);
      await server.restartStore();
      await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible();
      expect((await page.request.get(`${server.url}/readyz`)).status()).toBe(200);
    } finally {
      await server.stop();
    }
  });

  test('case 1: standalone shows it, too, and what it is doing', async ({ page }) => {
    test.setTimeout(PATIENT_MILLIS);
    const server = await beginServer();
    try {
      ownOrigins.add(server.url);
      const answer = await page.goto(`${server.url}/ui/`);
      expect(answer?.status()).toBe(503);
      expect(answer?.headers()['retry-after']).toBe('1');
      await expect(page.getByText('The server is starting.')).toBeVisible();
      await expect(page.getByRole('listitem').filter({ hasText: 'start-up' })).toBeVisible();
      await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible({
        timeout: PATIENT_MILLIS,
      });
      await page.reload();
      await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible();
    } finally {
      await server.stop();
    }
  });

  test('Home knows the samples per second at once, and asks nothing that counts as a query', async ({
    page,
  }) => {
    test.setTimeout(PATIENT_MILLIS);
    const server = await startServer('--demo');
    try {
      ownOrigins.add(server.url);
      const stored = async () => {
        const body = { name: 'annulus_ingest_samples_total' };
        const found = await page.request.post(`${server.url}/metrics/lookup`, { data: body });
        const { metrics } = (await found.json()) as { metrics: { metric_id: number }[] };
        const counts = metrics.map(async ({ metric_id: id }) => {
          const series = await page.request.get(`${server.url}/metrics/${id}/series?bucket=10`);
          return ((await series.json()) as { rows: object[] }).rows.length;
        });
        return Math.max(0, ...(await Promise.all(counts)));
      };
      await expect.poll(stored, { timeout: 120_000 }).toBeGreaterThan(1);

      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      const readings = () => asked.filter((path) => path === '/-/metrics').length;
      let goOn = () => {};
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await page.route('**/-/metrics', async (route) => {
        if (readings() > 1) {
          await held;
        }
        await route.continue();
      });
      await page.goto(`${server.url}/ui/`);
      const figure = page.getByText('Samples per second').locator('..').locator('strong');
      await expect(figure, 'though there is no second reading').toHaveText(/\d/);
      // What it writes of itself comes each 10 s, so that a second may have none of it, or all.
      const before = Number(await figure.textContent());
      expect(before).toBeGreaterThan(0);
      goOn();
      await expect.poll(readings).toBeGreaterThan(2);
      expect(Number(await figure.textContent()), 'after a few seconds').toBeCloseTo(before, 6);
      expect(asked).not.toContain('/query');
    } finally {
      await server.stop();
    }
  });

  test('case 33: the server goes away: a banner, stale data, and recovery by itself', async ({
    page,
  }) => {
    test.setTimeout(PATIENT_MILLIS);
    const server = await startServer();
    try {
      ownOrigins.add(server.url);
      await seedOne(server.url, 'kept');
      const link = await putDashboard(
        'away',
        [{ title: 'Kept', layout: { x: 0, y: 0, w: 6, h: 3 }, query: builder('kept') }],
        { time: { from: iso(NOW - 3600), to: 'now' }, refresh: 5 },
        server.url,
      );
      await page.goto(server.url + link);
      const kept = panel(page, 'Kept');
      await ends(kept, 'data');
      const points = await attribute(chart(kept), 'data-points');
      expect(points).toBeGreaterThan(0);
      await server.kill();
      await expect(page.getByText(AWAY, { exact: true })).toBeVisible();
      await ends(kept, 'stale');
      await expect(kept.getByRole('alert')).toContainText('Stale since');
      await expect(chart(kept)).toHaveAttribute('data-points', String(points));
      await server.restart();
      await ends(kept, 'data');
      await expect(page.getByText(AWAY, { exact: true })).toBeHidden();
      await expect(chart(kept)).toHaveAttribute('data-points', String(points));
    } finally {
      await server.stop();
    }
  });
});

const ROUTES = [
  '/ui',
  '/ui/',
  '/ui/explore',
  '/ui/metrics',
  '/ui/metrics/1',
  '/ui/dashboards',
  '/ui/d/nothing.here',
  '/ui/d/nothing.here/p/1',
  '/ui/status',
  '/ui/settings',
];

for (const base of ['', '/team/annulus']) {
  test(`case 34: every link opens and reloads below "${base}/ui", asking nobody else`, async ({
    page,
  }) => {
    test.setTimeout(180_000);
    const origin = new URL(process.env.ANNULUS_E2E_EMPTY_URL ?? '').origin;
    const root = base ? origin + base : process.env.ANNULUS_E2E_URL;
    const violations: string[] = [];
    await page.exposeFunction('reportViolation', (text: string) => violations.push(text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const { reportViolation } = window as unknown as {
          reportViolation: (text: string) => void;
        };
        reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(`${root}/`) && request.url().startsWith('http')) {
        outside.push(request.url());
      }
    });
    for (const route of ROUTES) {
      await page.goto(root + route);
      await expect(page.getByRole('navigation', { name: 'Main' }), route).toBeVisible();
      await expect(page.locator('main')).not.toBeEmpty();
      await page.reload();
      await expect(page.getByRole('navigation', { name: 'Main' }), route).toBeVisible();
    }
    await page.getByRole('link', { name: 'Metrics' }).click();
    await expect(page).toHaveURL(new RegExp(`${base}/ui/metrics`));
    expect(violations).toEqual([]);
    expect(outside).toEqual([]);
  });
}

test('case 34: the policy allows nothing from elsewhere', async ({ page }) => {
  const response = await page.goto('/ui/explore');
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  const blocked = await page.evaluate(() =>
    fetch('http://127.0.0.2:9/').then(
      () => 'sent',
      () => 'blocked',
    ),
  );
  expect(blocked).toBe('blocked');
  await page.goto(explore({ s: 'cpu_percent' }));
  await ends(result(page), 'data');
});
