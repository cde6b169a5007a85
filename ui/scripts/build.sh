#!/usr/bin/env bash
# Builds the UI into target/classes/annulus-ui. Does nothing when nothing it reads has changed.
# `build.sh test` also runs the checks and unit tests, again only after a change; `build.sh install`
# only installs the packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "ui: Node.js 20.19 or newer, with npm, is needed to build the UI and was not found" >&2
  exit 1
fi

fingerprint() {
  find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
}

# Runs the rest of the arguments unless the stamp already holds this fingerprint.
once() {
  local stamp="$1" wanted="$2"
  shift 2
  if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    rm -f "$stamp"
    "$@"
    mkdir -p "$(dirname "$stamp")"
    printf '%s' "$wanted" >"$stamp"
  fi
}

# With addresses, an installation elsewhere would ask the registry of whoever wrote the file.
if grep -n '"resolved"' package-lock.json >&2; then
  echo "ui: package-lock.json names where packages come from; 'npm install' below ui/ leaves it out" >&2
  exit 1
fi

packages="$(fingerprint package-lock.json .npmrc)"
sources="$packages $(fingerprint package.json src public scripts index.html vite.config.ts tsconfig.json)"

once node_modules/.annulus-installed "$packages" npm ci --prefer-offline --loglevel=error
[ "${1:-}" = install ] && exit
once target/.built "$sources" npm run --silent build

# What the page is made of, as a CycloneDX bill of materials.
bom() {
  npm sbom --sbom-format cyclonedx --omit dev --package-lock-only >target/bom.json.new
  mv target/bom.json.new target/bom.json
}
once target/.bom "$packages $(fingerprint package.json)" bom
if [ "${1:-}" = test ]; then
  once target/.tested "$sources $(fingerprint e2e biome.json)" npm run --silent verify
fi
