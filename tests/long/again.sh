#!/bin/sh
# How long quickstart takes once more after one edit in wasm/engine, in a clone of what is committed. The seconds are printed and
# are no condition; that the edit has arrived in core.wasm is one.
. "$(dirname "$0")/../parts/common.sh"
clone=$root/build/again
out=$root/build/tests/again.out
port=${SOTTO_AGAIN_PORT:-18480}
mkdir -p build/tests
rm -rf "$clone"
git clone -q "$root" "$clone" && mkdir "$clone/build" && cd "$clone" || exit 1
[ ! -d "$root/build/deps" ] || cp -a "$root/build/deps" build/

# timed WHAT: runs quickstart, prints its milliseconds and leaves when core.wasm was written, and its hash, in `written` and `core`.
timed() {
    start=$(date +%s%N)
    deploy/quickstart.sh --port "$port" >"$out" 2>&1 || {
        tail -n 5 "$out"
        deploy/quickstart.sh --stop >>"$out"
        echo "not ok again: quickstart, $1, fails ($out)"
        exit 1
    }
    echo "# quickstart, $1: $((($(date +%s%N) - start) / 1000000)) ms"
    written=$(stat -c %y build/wasm/core.wasm)
    core=$(sha256sum build/wasm/core.wasm)
}
timed "on a new clone"
first=$core first_written=$written
timed "with nothing changed"
[ "$core" = "$first" ] && [ "$written" = "$first_written" ] && echo "ok again_without_an_edit_the_core_is_not_built_anew" || echo "not ok again_without_an_edit_the_core_is_not_built_anew"
sed -i 's/^#define HELLO_QUIET_MS 8000/#define HELLO_QUIET_MS 8001/' wasm/engine/own/hello.c
timed "after an edit in wasm/engine"
[ "$core" != "$first" ] && echo "ok again_an_edit_arrives" || echo "not ok again_an_edit_arrives"
deploy/quickstart.sh --stop >>"$out"
