import { defineConfig } from '@playwright/test';

/** Set by the global set-up before the workers start. */
const baseURL = process.env.ANNULUS_E2E_URL;

export default defineConfig({
  testDir: '.',
  outputDir: '../target/e2e-results',
  globalSetup: './globalSetup.ts',
  workers: 2,
  forbidOnly: true,
  retries: 1, // one that passes only then is listed as flaky
  // A machine may be busy with other builds; what must be fast is asserted where it matters.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: 'pages', testIgnore: 'performance.spec.ts', fullyParallel: true },
    // After the others, one by one: beside them these would measure them.
    { name: 'real time', testMatch: 'performance.spec.ts', dependencies: ['pages'] },
  ],
  reporter: [['list'], ['json', { outputFile: '../target/e2e-results.json' }]],
  use: {
    ...(baseURL ? { baseURL } : {}),
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    },
  },
});
