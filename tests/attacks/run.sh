#!/bin/sh
# Runs the attacks, all of them or some: tests/attacks/run.sh [--only A02,A04] [--browser chromium|firefox|tools] [--jobs N].
# One line for each attack and browser, then how many of each class held. SOTTO_STACK=1 shows more of a failure.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
mkdir -p build/attacks
log=build/attacks/build.log
fail() {
    tail -n 5 "$log"
    echo "not ok attacks: $1 ($log)"
    exit 1
}
tests/web/install.sh >"$log" 2>&1 || fail "packages of tests/web"
deploy/build-wasm.sh >"$log" 2>&1 || fail "the core does not build"
{ cmake --preset release && cmake --build --preset release -j "${SOTTO_JOBS:-$(nproc)}" \
    --target sotto-gateway sotto-verify sotto-witness sotto-release; } >"$log" 2>&1 || fail "the programs do not build"
exec node tests/attacks/run.mjs "$@"
