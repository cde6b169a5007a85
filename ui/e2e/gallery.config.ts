import tests from './playwright.config';

/** Takes a picture of every page, for people to look at: `npm run gallery` on what is built. */
export default {
  ...tests,
  outputDir: '../target/gallery-results',
  projects: [{ name: 'gallery', fullyParallel: true }],
  testMatch: 'gallery.ts',
  reporter: [['list']],
};
