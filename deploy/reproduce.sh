#!/bin/sh
# Builds the committed tree's release twice, in folders of different depth, with another umask, time zone, TMPDIR and a
# clock one year ahead (faketime), libraries included, and compares everything: native tools, both WebAssembly modules,
# the page, the portable file, Guard, the note. Prints ok / not ok and the SHA-256 of what anyone else must get.
# The first of the two is this tree's own build folder when nothing in it is uncommitted; --both makes both anew.
# Usage: deploy/reproduce.sh [--both] [--trust FILE] [--keep DIR]    --keep: the first build and its note, to be signed
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/build/reproduce
both='' trust='' keep=''
while [ $# -gt 0 ]; do
    case $1 in
    --both) both=yes; shift ;;
    --keep) keep=$2; shift 2 ;;
    --trust) trust=$(cd "$(dirname "$2")" && pwd)/$(basename "$2"); shift 2 ;;
    *) sed -n '/^# Usage/s/^# //p' "$0" >&2; exit 2 ;;
    esac
done
command -v faketime >/dev/null 2>&1 || { echo "not ok reproducible: faketime is missing (deploy/packages.sh test)"; exit 1; }
rm -rf "$work"
mkdir -p "$work/some/where/deeper" "$work/tmp"
if [ -z "$trust" ]; then
    # Keys that are never used; only the bytes of the trust matter here.
    trust=$root/deploy/example.trust
fi
"$root/deploy/fetch.sh"

build_in() { # tree umask zone tmp [command before]
    tree=$1 mask=$2 zone=$3 tmp=$4
    shift 4
    (umask "$mask" && cd "$tree" && TZ=$zone TMPDIR=$tmp "$@" deploy/release.sh "$work/$(basename "$tree")-release" --trust "$trust" \
        --site https://sotto.example --waict)
}
clone() { # folder
    git -c safe.directory="$root/.git" clone -q --no-hardlinks "$root" "$1"
    mkdir -p "$1/build/deps"
    cp -R "$root/build/deps/src" "$1/build/deps/"
}
one=$root
if [ -n "$both" ] || [ -n "$(git -c safe.directory="$root" -C "$root" status --porcelain)" ]; then
    one=$work/one
    clone "$one"
fi
two=$work/some/where/deeper/two
clone "$two"
build_in "$one" 022 UTC /tmp env >"$work/one.log" 2>&1 || { tail -n 20 "$work/one.log"; echo "not ok reproducible: the first build failed"; exit 1; }
build_in "$two" 077 Asia/Tokyo "$work/tmp" faketime -f '+1y' >"$work/two.log" 2>&1 ||
    { tail -n 20 "$work/two.log"; echo "not ok reproducible: the second build failed"; exit 1; }

a=$work/$(basename "$one")-release
b=$work/two-release
failed=0
listed=$(cd "$a" && find . -type f | LC_ALL=C sort)
if [ "$listed" != "$(cd "$b" && find . -type f | LC_ALL=C sort)" ]; then
    echo "not ok reproducible: the two builds have other files"
    failed=1
fi
for file in $listed; do
    case $file in *.br|*.gz) [ "${file%.tar.gz}" != "$file" ] || { cmp -s "$a/$file" "$b/$file" || { echo "not ok reproducible $file"; failed=1; }; continue; } ;; esac
    if cmp -s "$a/$file" "$b/$file"; then
        echo "ok reproducible ${file#./} $(sha256sum <"$a/$file" | cut -d' ' -f1)"
    else
        echo "not ok reproducible $file"
        failed=1
    fi
done
if cmp -s "$a.note" "$b.note"; then
    echo "ok reproducible note $(sha256sum <"$a.note" | cut -d' ' -f1)"
else
    diff "$a.note" "$b.note" || true
    echo "not ok reproducible note"
    failed=1
fi
if [ -n "$keep" ] && [ $failed = 0 ]; then
    rm -rf "$keep" "$keep.note" "$keep.toolchain"
    mkdir -p "$(dirname "$keep")"
    mv "$a" "$keep"
    mv "$a.note" "$keep.note"
    mv "$a.toolchain" "$keep.toolchain"
fi
[ $failed = 1 ] || rm -rf "$work"
exit $failed
