import {
  builder,
  chart,
  ends,
  expect,
  explore,
  iso,
  panel,
  putDashboard,
  result,
  test,
} from './fixtures';
import { NOW } from './seed';

test.describe('in real time', () => {
  test.use({ clock: 'real' });

  test('case 1: a start-up page until the server is ready, then the page by itself', async ({
    page,
  }) => {
    await page.route('**/readyz*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'text/plain',
        body: '[+] store\n[-] kafka: the broker is starting\nnot ready\n',
      }),
    );
    await page.goto('/ui/');
    await expect(page.getByText('The server is starting.')).toBeVisible();
    await expect(page.getByText('the broker is starting')).toBeVisible();
    await page.unroute('**/readyz*');
    await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible();
  });

  test('case 33: the server goes away: a banner, stale data, and recovery by itself', async ({
    page,
    context,
  }) => {
    const link = await putDashboard(
      'away',
      [{ title: 'Kept', layout: { x: 0, y: 0, w: 6, h: 3 }, query: builder('cpu_percent') }],
      { time: { from: iso(NOW - 3600), to: 'now' }, refresh: 5 },
    );
    await page.goto(link);
    await ends(panel(page, 'Kept'), 'data');
    const points = await chart(panel(page, 'Kept')).getAttribute('data-points');
    await context.setOffline(true);
    await expect(page.getByText('Annulus does not answer', { exact: true })).toBeVisible();
    await ends(panel(page, 'Kept'), 'stale');
    await expect(panel(page, 'Kept').getByRole('alert')).toContainText('Stale since');
    await expect(chart(panel(page, 'Kept'))).toHaveAttribute('data-points', points ?? '');
    await context.setOffline(false);
    await ends(panel(page, 'Kept'), 'data');
    await expect(page.getByText('Annulus does not answer', { exact: true })).toBeHidden();
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
