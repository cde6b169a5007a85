// Puts a .br and a .gz beside every text file of the build, so that the server only has to send.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { OUT } from './out.mjs';

const TEXT = /\.(js|css|html|svg|json|map|txt)$/;
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

for (const entry of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && TEXT.test(entry.name)) {
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    keepIfSmaller(`${path}.br`, brotliCompressSync(content, QUALITY), content);
    keepIfSmaller(`${path}.gz`, gzipSync(content, { level: 9 }), content);
  }
}

function keepIfSmaller(path, compressed, content) {
  if (compressed.length < content.length) {
    writeFileSync(path, compressed);
  }
}
