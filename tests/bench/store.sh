#!/bin/sh
# The store on OPFS beside IndexedDB in one Chromium, 100,000 messages: build/bench/store.jsonl.
. "$(dirname "$0")/../parts/common.sh"
set -e
mkdir -p build/bench
[ -d tests/web/node_modules/playwright-core ] || (cd tests/web && npm ci --no-audit --no-fund) >build/bench/npm.log
node tests/bench/store-browser/run.mjs "${SOTTO_MESSAGES:-100000}" >build/bench/store.jsonl
