import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed } from './seed';
import { startServer } from './server';

/**
 * One server with the seed for most tests, and one below a base path that starts empty. Both are
 * started unless ANNULUS_E2E_URL and ANNULUS_E2E_EMPTY_URL say where they are; ANNULUS_E2E_BOARDS is
 * then where the first looks for files of dashboards.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  if (process.env.ANNULUS_E2E_URL && process.env.ANNULUS_E2E_EMPTY_URL) {
    return async () => {};
  }
  // One after the other: a start is the heaviest moment of a process.
  const boards = mkdtempSync(join(tmpdir(), 'annulus-boards-'));
  const seeded = await startServer(
    ...['--set', `ui.dashboards=${boards}`, '--set', 'ui.dashboards-reload-interval=200ms'],
  );
  await seed(seeded.url);
  const empty = await startServer('--set', 'http.base-path=/team/annulus');
  process.env.ANNULUS_E2E_URL = seeded.url;
  process.env.ANNULUS_E2E_EMPTY_URL = empty.url;
  process.env.ANNULUS_E2E_BOARDS = boards;
  return async () => {
    await Promise.all([seeded.stop(), empty.stop()]);
    rmSync(boards, { recursive: true, force: true });
  };
}
