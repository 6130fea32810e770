#!/bin/sh
# Real browsers, the real core and page, a real gateway process. Screenshots stay in build/screenshots.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
log=build/tests/build-e2e.log
packages() { # packages FOLDER: npm ci, once for each lock file
    want=$(sha256sum "$1/package-lock.json" | cut -c1-64)
    [ "$(cat "$1/node_modules/.sotto-lock" 2>/dev/null)" = "$want" ] && return
    npm --prefix "$1" ci --no-audit --no-fund >>"$log" 2>&1 && echo "$want" >"$1/node_modules/.sotto-lock"
}
: >"$log"
{ cmake --preset release && cmake --build --preset release -j "$jobs" --target sotto-gateway; } >>"$log" 2>&1 &&
    deploy/deps.sh wasm >>"$log" 2>&1 && deploy/build-wasm.sh >>"$log" 2>&1 &&
    packages web && (cd web && node build.js) >>"$log" 2>&1 && packages tests/web ||
    { tail -n 20 "$log"; echo "not ok e2e: the build failed ($log)"; exit 1; }
echo "ok build_e2e"
broken=0
for path in tests/web/e2e/*.mjs; do
    script=$(basename "$path" .mjs)
    [ "$script" != lib ] || continue
    out=build/tests/e2e-$script.out
    timeout "${SOTTO_TEST_SECONDS:-600}" node "$path" >"$out" 2>&1
    code=$?
    grep -E '^ok |^not ok ' "$out"
    if [ $code != 0 ]; then
        broken=1
        grep -q '^not ok' "$out" || echo "not ok e2e $script: ended with code $code"
        grep -vE '^ok |^not ok ' "$out" | head -n 40 | sed 's/^/    /'
    fi
done
exit "$broken"
