// Fails when a part of the application has grown beyond what it may send, in KiB of gzip.
// Limits and their reasons: docs/adr/0006-ui.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { OUT } from './out.mjs';

const manifest = JSON.parse(readFileSync(join(OUT, 'manifest.json'), 'utf8'));

/** What a first visit of Explore loads; the editor comes with the first SQL. */
const first = closure(['index.html']);

const page = closure(['src/pages/dashboard/DashboardPage.tsx']);
const rows = [
  check('first load', first, 220),
  check('SQL editor', without(closure(['src/editor/SqlEditor.tsx']), first), 145),
  check('grid', without(closure(['src/dashboard/Grid.tsx']), new Set([...first, ...page])), 30),
];
console.table(Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest])));
if (rows.some((row) => row.KiB > row.limit)) {
  console.error('A part of the UI is larger than its budget.');
  process.exit(1);
}

/** The JavaScript files that chunks need to run, themselves included. */
function closure(keys) {
  const files = new Set();
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk) {
      throw new Error(`The manifest has no ${key}.`);
    }
    if (!seen.has(key)) {
      seen.add(key);
      files.add(chunk.file);
      (chunk.imports ?? []).forEach(visit);
    }
  };
  keys.forEach(visit);
  return files;
}

function without(files, loaded) {
  return new Set([...files].filter((file) => !loaded.has(file)));
}

function check(name, files, limit) {
  const bytes = [...files]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(OUT, file)), { level: 9 }).length, 0);
  return { name, files: files.size, KiB: Number((bytes / 1024).toFixed(1)), limit };
}
