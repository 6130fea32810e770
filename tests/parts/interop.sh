#!/bin/sh
# Our MLS against other people's, live: ts-mls and Wire CoreCrypto from npm, pinned in tests/interop/package-lock.json.
# And a second client, written from wasm/schema/PROTOCOL.md alone on ts-mls, against Sotto: the page in Chromium, command
# lines, a real gateway.
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
npm_packages tests/interop
# What PROTOCOL.md says, made anew from it in another language.
report interop build/tests/interop-protocol.out node tests/interop/protocol.mjs
report interop build/tests/interop.out node tests/interop/run.mjs "$client"
build_preset release || exit 1
build_page second
report second build/tests/second.out node tests/interop/second-client.mjs
exit "${broken:-0}"
