#!/usr/bin/env bash
# Runs the browser tests on what is built. Installs Debian's Chromium where it is missing and may;
# a machine without a browser fails unless ANNULUS_SKIP_BROWSER_TESTS=1 says that this is intended.
# Arguments go to Playwright: ui/e2e/run.sh -g 'case 14'
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${ANNULUS_SKIP_BROWSER_TESTS:-}" = 1 ]; then
  echo "ui: browser tests skipped, as ANNULUS_SKIP_BROWSER_TESTS=1 says"
  exit 0
fi

find_browser() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name"; then
      return 0
    fi
  done
  return 1
}

if ! CHROMIUM="$(find_browser)" && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "ui: installing chromium for the browser tests"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  CHROMIUM="$(find_browser)" || true
fi
if [ -z "${CHROMIUM:-}" ]; then
  echo "ui: the browser tests need Chromium. Install it, or name one with CHROMIUM=/path," >&2
  echo "ui: or skip them with ANNULUS_SKIP_BROWSER_TESTS=1" >&2
  exit 1
fi
export CHROMIUM
scripts/build.sh install
# What was asked for runs without the others that would go before it.
[ $# = 0 ] || set -- --no-deps "$@"
exec npx --no-install playwright test --config e2e/playwright.config.ts "$@"
