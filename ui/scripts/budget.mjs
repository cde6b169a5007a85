// Fails when a part of the application has grown beyond what it may send, in KiB of Brotli, as
// browsers ask for. Limits and their reasons: docs/adr/0006-ui.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { OUT } from './out.mjs';

const manifest = JSON.parse(readFileSync(join(OUT, 'manifest.json'), 'utf8'));

/** A first visit of Explore, with its first chart; the editor comes with the first SQL. */
const first = closure(['index.html', named('chart')]);

const page = closure(['src/pages/dashboard/DashboardPage.tsx']);
const rows = [
  check('first load', new Set([...first].flatMap(whole)), 240),
  check('SQL editor', files(without(closure(['src/editor/SqlEditor.tsx']), first)), 125),
  check('PromQL editor', files(without(closure(['src/builder/PromqlPane.tsx']), first)), 125),
  check(
    'grid',
    files(without(closure(['src/dashboard/Grid.tsx']), new Set([...first, ...page]))),
    26,
  ),
];
console.table(Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest])));
if (rows.some((row) => row.KiB > row.limit)) {
  console.error('A part of the UI is larger than its budget.');
  process.exit(1);
}

function named(name) {
  return Object.keys(manifest).find((key) => manifest[key].name === name) ?? name;
}

/** The chunks that others need to run, themselves included. */
function closure(keys) {
  const seen = new Set();
  const visit = (key) => {
    if (!manifest[key]) {
      throw new Error(`The manifest has no ${key}.`);
    }
    if (!seen.has(key)) {
      seen.add(key);
      (manifest[key].imports ?? []).forEach(visit);
    }
  };
  keys.forEach(visit);
  return seen;
}

/** A chunk with its styles and its typeface. */
function whole(key) {
  const { file, css = [], assets = [] } = manifest[key];
  return [file, ...css, ...assets];
}

function files(keys) {
  return new Set([...keys].map((key) => manifest[key].file));
}

function without(keys, loaded) {
  return new Set([...keys].filter((key) => !loaded.has(key)));
}

function check(name, names, limit) {
  const bytes = [...names].reduce((sum, file) => sum + sent(readFileSync(join(OUT, file))), 0);
  return { name, files: names.size, KiB: Number((bytes / 1024).toFixed(1)), limit };
}

/** A typeface is compressed as it is. */
function sent(content) {
  return Math.min(content.length, brotliCompressSync(content).length);
}
