// Cuts Inter down to what the UI writes itself, in the weights it uses, with its tabular figures:
// a third of the bytes. Other letters, as in names of metrics, come from the system's typeface.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const SOURCE = new URL(
  '../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  import.meta.url,
);
const TARGET = fileURLToPath(new URL('../target/font/inter.woff2', import.meta.url));
/** As `unicode-range` in src/styles/inter.css. */
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const OTHERS =
  '\u00a0\u00b5\u00b7\u00b1\u00d7\u2013\u2014\u201c\u201d\u2019\u2026\u2190\u2191\u2192\u2193';

if (!existsSync(TARGET)) {
  const font = await subsetFont(readFileSync(SOURCE), ASCII + OTHERS, {
    targetFormat: 'woff2',
    variationAxes: { wght: { min: 400, max: 600, default: 400 } },
  });
  mkdirSync(fileURLToPath(new URL('../target/font/', import.meta.url)), { recursive: true });
  writeFileSync(TARGET, font);
}
