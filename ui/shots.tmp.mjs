import { chromium } from '@playwright/test';

const base = process.env.B ?? 'http://127.0.0.1:18100';
const only = process.argv[2];
const pages = {
  home: '/ui/',
  explore: '/ui/explore',
  chart: '/ui/explore?s=cpu_percent&from=now-15m&to=now',
  sql:
    '/ui/explore?sql=' +
    encodeURIComponent(
      'SELECT name, count(*) AS series\nFROM metrics\nGROUP BY name\nORDER BY series DESC',
    ),
  metrics: '/ui/metrics',
  card: '/ui/metrics?tab=cardinality',
  metric: '/ui/metrics/1',
  dashboards: '/ui/dashboards',
  dash: '/ui/d/host',
  self: '/ui/d/self',
  panel: '/ui/d/host/p/6',
  status: '/ui/status',
  settings: '/ui/settings',
};
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const theme of (process.env.T ?? 'light,dark').split(','))
  for (const w of (process.env.W ?? '1440,390').split(',').map(Number)) {
    const ctx = await b.newContext({
      viewport: { width: w, height: w > 500 ? 900 : 844 },
      colorScheme: theme,
      locale: 'en-US',
      timezoneId: 'UTC',
    });
    const p = await ctx.newPage();
    p.on('console', (m) => {
      if (m.type() === 'error') console.log(theme, w, p.url(), m.text());
    });
    p.on('pageerror', (e) => console.log('PAGEERROR', p.url(), e.message));
    for (const [n, u] of Object.entries(pages)) {
      if (only && !only.split(',').includes(n)) continue;
      await p.goto(base + u);
      await p.waitForLoadState('networkidle').catch(() => {});
      await p.waitForTimeout(700);
      const over = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) console.log('SIDEWAYS', n, w, over);
      await p.screenshot({ path: `/tmp/shots/${n}-${theme}-${w}.png` });
    }
    await ctx.close();
  }
await b.close();
