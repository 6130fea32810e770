#!/bin/sh
# Builds the committed tree's WebAssembly modules twice, in folders of different depth, with another umask, time zone
# and TMPDIR, libraries included, and compares the bytes. Prints ok / not ok and the SHA-256 of each module.
# Usage: deploy/reproduce.sh
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/build/reproduce
rm -rf "$work"
mkdir -p "$work/one" "$work/some/where/deeper/two" "$work/tmp"
"$root/deploy/fetch.sh"

build_in() { # folder umask zone tmp
    git clone -q --no-hardlinks "$root" "$1/sotto"
    mkdir -p "$1/sotto/build/deps"
    cp -R "$root/build/deps/src" "$1/sotto/build/deps/"
    (umask "$2" && cd "$1/sotto" && TZ=$3 TMPDIR=$4 deploy/build-wasm.sh)
}
build_in "$work/one" 022 UTC /tmp
build_in "$work/some/where/deeper/two" 077 Asia/Tokyo "$work/tmp"

failed=0
for module in core kdf; do
    a=$work/one/sotto/build/wasm/$module.wasm
    b=$work/some/where/deeper/two/sotto/build/wasm/$module.wasm
    if [ -s "$a" ] && cmp -s "$a" "$b"; then
        echo "ok reproducible $module.wasm $(sha256sum <"$a" | cut -d' ' -f1)"
    else
        echo "not ok reproducible $module.wasm"
        failed=1
    fi
done
[ $failed = 1 ] || rm -rf "$work"
exit $failed
