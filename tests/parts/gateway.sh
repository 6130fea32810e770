#!/bin/sh
# A real gateway process on loopback, built with the sanitizers: its protocol, bad input, kill -9.
. "$(dirname "$0")/common.sh"
build_preset debug || exit 1
log=build/tests/gateway-npm.log
want=$(sha256sum tests/gateway/package-lock.json | cut -c1-64)
if [ "$(cat tests/gateway/node_modules/.sotto 2>/dev/null)" != "$want" ]; then
    if ! (cd tests/gateway && npm ci --no-audit --no-fund) >"$log" 2>&1; then
        tail -n 10 "$log"
        echo "not ok gateway: npm ci failed ($log)"
        exit 1
    fi
    echo "$want" >tests/gateway/node_modules/.sotto
fi
broken=0
for path in tests/gateway/*.mjs; do
    script=$(basename "$path" .mjs)
    [ "$script" != lib ] || continue
    out=build/tests/gateway-$script.out
    timeout "${SOTTO_TEST_SECONDS:-600}" node "tests/gateway/$script.mjs" >"$out" 2>&1
    code=$?
    sed -n "s/^ok /ok gateway $script: /p; s/^not ok /not ok gateway $script: /p" "$out"
    if [ $code != 0 ]; then
        broken=1
        grep -q '^not ok' "$out" || echo "not ok gateway $script: ended with code $code"
        grep -v '^ok ' "$out" | head -n 40 | sed 's/^/    /;s/^    not ok/    (not ok)/'
    fi
done
exit "$broken"
