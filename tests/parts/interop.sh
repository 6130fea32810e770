#!/bin/sh
# Our MLS against other people's, live: ts-mls and Wire CoreCrypto from npm, pinned in tests/interop/package-lock.json.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
build_preset debug || exit 1

# The client is no unit test, so it is linked here, with what the preset has built.
client=build/tests/mls-testclient
log=build/tests/build-interop.log
if ! gcc -std=c11 -D_DEFAULT_SOURCE -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all \
    -Iwasm -Itests -Itests/lib tests/interop/mls-testclient.c tests/lib/json.c tests/lib/mls_world.c tests/lib/check.c \
    build/debug/wasm/libsotto_mls.a build/debug/wasm/libsotto_crypto.a build/debug/wasm/libsotto_base.a \
    build/deps/native/lib/libsodium.a build/deps/native/lib/libbearssl.a -lpthread -o "$client" >"$log" 2>&1; then
    grep -E 'error|undefined' "$log" | head -n 20
    echo "not ok interop: mls-testclient does not build ($log)"
    exit 1
fi
log=build/tests/interop-npm.log
want=$(sha256sum tests/interop/package-lock.json | cut -c1-64)
if [ "$(cat tests/interop/node_modules/.sotto 2>/dev/null)" != "$want" ]; then
    if ! (cd tests/interop && npm ci) >"$log" 2>&1; then
        tail -n 10 "$log"
        echo "not ok interop: npm ci failed ($log)"
        exit 1
    fi
    echo "$want" >tests/interop/node_modules/.sotto
fi
out=build/tests/interop.out
timeout "${SOTTO_TEST_SECONDS:-900}" node tests/interop/run.mjs "$client" >"$out" 2>&1
code=$?
sed -n 's/^ok /ok interop: /p; s/^not ok /not ok interop: /p' "$out" | cut -c1-300
[ $code = 0 ] || grep -q '^not ok' "$out" || { tail -n 20 "$out"; echo "not ok interop: ended with code $code ($out)"; }
exit 0
