#!/bin/sh
# One operator, constant or condition changed at a time: do the tests notice? tests/mutants/run.mjs.
. "$(dirname "$0")/../parts/common.sh"
npm_packages tests/gateway
exec node tests/mutants/run.mjs
