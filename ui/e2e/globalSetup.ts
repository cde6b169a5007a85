import { seed } from './seed';
import { startServer } from './server';

/** One server with the seed for most tests, and one below a base path that starts empty. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const [seeded, empty] = await Promise.all([
    startServer(),
    startServer('--set', 'http.base-path=/team/annulus'),
  ]);
  await seed(seeded.url);
  process.env.ANNULUS_E2E_URL = seeded.url;
  process.env.ANNULUS_E2E_EMPTY_URL = empty.url;
  return async () => {
    await Promise.all([seeded.stop(), empty.stop()]);
  };
}
