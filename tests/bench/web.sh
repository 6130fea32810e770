#!/bin/sh
# The page's budgets: sizes, then Lighthouse's mobile profile against the real gateway (SOTTO_RUNS runs, the median).
. "$(dirname "$0")/../parts/common.sh"
node tests/bench/web-sizes.mjs
node tests/bench/web-lighthouse.mjs
