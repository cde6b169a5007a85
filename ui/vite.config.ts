import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

type ChunkingContext = Rolldown.ChunkingContext;

const FIRST = ['main.tsx', 'pages/explore/ExplorePage.tsx'].map((path) =>
  fileURLToPath(new URL(`src/${path}`, import.meta.url)),
);

/** The backend that `vite` (the development server) passes API requests on to. */
const backend = process.env.ANNULUS_URL ?? 'http://127.0.0.1:8000';

/** Fields of settings only; they are imported through an index, as if the first page needed them. */
const FORMS = {
  name: 'forms',
  test: /react-number-format|components[\\/](NumberInput|Switch|Badge)[\\/]/,
  includeDependenciesRecursively: false,
  priority: 3,
};

/** What draws, in one file: it comes with the first query and needs nothing of other pages. */
const CHART = {
  name: 'chart',
  test: /src[\\/]chart[\\/]|[\\/]uplot[\\/]/,
  includeDependenciesRecursively: false,
  priority: 1,
};

/** What several other pages share; small parts go with the nearest larger one. */
const LATER = {
  name: 'later',
  minShareCount: 2,
  entriesAware: true,
  entriesAwareMergeThreshold: 40_000,
};

/** One file of all that the first page needs, instead of one for each part shared with another. */
function firstLoad() {
  const first = new Set<string>();
  const add = (id: string, context: ChunkingContext) => {
    if (!first.has(id)) {
      first.add(id);
      for (const imported of context.getModuleInfo(id)?.importedIds ?? []) {
        add(imported, context);
      }
    }
  };
  return (id: string, context: ChunkingContext) => {
    for (const page of FIRST) {
      add(page, context);
    }
    return first.has(id) ? 'first' : null;
  };
}

/** The development server sends index.html as it is below any path; see `base` for the real one. */
const earlyScript: Plugin = {
  name: 'early-script',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace('"./early.js"', '"/ui/early.js"'),
};

export default defineConfig(({ command }) => ({
  // Relative, so that the same files work below any prefix; the server that sends index.html
  // puts the right number of `../` in front (see UiRoutes).
  base: command === 'serve' ? '/ui/' : './',
  plugins: [react(), earlyScript],
  server: {
    // What a build or a test leaves behind is no reason to load the page again.
    watch: { ignored: ['**/target/**'] },
    proxy: { '^/(?!ui(/|$)|@|node_modules/)': { target: backend } },
  },
  build: {
    outDir: 'target/classes/annulus-ui',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // scripts/budget.mjs holds the limits, in what is sent.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [FORMS, { name: firstLoad(), debugName: 'first', priority: 2 }, CHART, LATER],
        },
      },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}));
