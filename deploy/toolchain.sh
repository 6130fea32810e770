#!/bin/sh
# Prints what the bytes of a release depend on besides the sources: the versions of the compilers and packages, the
# pins and the flags. Its SHA-256 is the `toolchain` of a release note; deploy/release.sh writes it beside the note, and
# --check FILE compares this machine with such a text and names what differs.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
case ${2:-} in /*|'') file=${2:-} ;; *) file=$PWD/$2 ;; esac
cd "$root"
export LC_ALL=C

print() {
    echo "sotto-toolchain/v1"
    echo "machine $(uname -m)"
    for package in binaryen clang-14 cmake emscripten gcc libbrotli-dev libc6-dev libcurl4-openssl-dev libh2o-evloop-dev libjansson-dev \
        libsqlite3-dev libssl-dev libwebsockets-dev lld-14 llvm-14 zlib1g-dev; do
        echo "package $package $(dpkg-query -W -f '${Version}' "$package" 2>/dev/null || echo missing)"
    done
    for file in deploy/build-wasm.sh deploy/deps.sh deploy/pins.lock deploy/wasm.mk web/package-lock.json; do
        echo "file $file $(sha256sum <"$file" | cut -d' ' -f1)"
    done
}
case ${1:-} in
'') print ;;
--hash) print | sha256sum | cut -d' ' -f1 ;;
--check)
    [ $# = 2 ] || { echo "usage: toolchain.sh --check FILE" >&2; exit 2; }
    print | diff "$file" - >&2 || { echo "toolchain: this machine differs from $2" >&2; exit 1; } ;;
*) echo "usage: toolchain.sh [--hash | --check FILE]" >&2; exit 2 ;;
esac
