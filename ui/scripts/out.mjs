import { fileURLToPath } from 'node:url';

/** Where the build goes; see `build.outDir` in vite.config.ts. */
export const OUT = fileURLToPath(new URL('../target/classes/annulus-ui/', import.meta.url));
