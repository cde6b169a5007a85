import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The backend that `vite` (the development server) passes API requests on to. */
const backend = process.env.ANNULUS_URL ?? 'http://127.0.0.1:8000';

export default defineConfig(({ command }) => ({
  // Relative, so that the same files work below any prefix; the server that sends index.html
  // puts the right number of `../` in front (see UiRoutes).
  base: command === 'serve' ? '/ui/' : './',
  plugins: [react()],
  server: {
    proxy: { '^/(?!ui(/|$)|@|node_modules/)': { target: backend } },
  },
  build: {
    outDir: 'target/classes/annulus-ui',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}));
