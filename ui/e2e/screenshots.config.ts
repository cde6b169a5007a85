import tests from './playwright.config';

/** Takes the pictures of README.md anew: `npm run screenshots` on what is built. */
export default {
  ...tests,
  outputDir: '../target/screenshots',
  projects: [{ name: 'screenshots' }],
  testMatch: 'screenshots.ts',
  reporter: [['list']],
};
