#!/usr/bin/env bash
# Installs the senders that are npm packages into target/node, beside the scripts that run them.
# Where they cannot be installed, target/node/unavailable says why, and their tests are skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# With addresses, an installation elsewhere would ask the registry of whoever wrote the file.
if grep -n '"resolved"' package-lock.json >&2; then
  echo "sender-tests: package-lock.json names where packages come from; 'npm install' below sender-tests/ leaves it out" >&2
  exit 1
fi

mkdir -p target/node
cp package.json package-lock.json .npmrc src/test/node/* target/node/
cd target/node
rm -f unavailable

unavailable() {
  echo "sender-tests: $1; the tests of npm packages are skipped" >&2
  echo "$1" >unavailable
  exit 0
}

command -v node >/dev/null && command -v npm >/dev/null ||
  unavailable "Node.js 20.19 or newer, with npm, was not found"
wanted="$(cat package-lock.json .npmrc | sha256sum) $(node --version)"
if [ "$(cat node_modules/.annulus-installed 2>/dev/null)" != "$wanted" ]; then
  npm ci --prefer-offline --loglevel=error >npm.log 2>&1 ||
    unavailable "npm could not install them: $(tail -n 1 npm.log)"
  echo "$wanted" >node_modules/.annulus-installed
fi
