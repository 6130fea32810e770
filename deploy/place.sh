#!/bin/sh
# Puts a signed and logged release where the gateway serves it (app-dir), or a newer proof of the one that is served.
# Notes and proofs of earlier releases stay; the first proof a release ever got is kept apart, for it counts the day that
# everybody has to object. The folder is replaced whole: whoever asks meanwhile gets the old release or the new one.
#
# Usage: deploy/place.sh [--trust FILE [--early]] APP_DIR OUT NOTE FIRST [PROOF]
#            OUT as made by deploy/release.sh, it is used up; FIRST: the first proof the release ever got; PROOF: a newer one
#        deploy/place.sh [--trust FILE] APP_DIR PROOF            a newer proof of APP_DIR's newest release
#        deploy/place.sh [--trust FILE] --announce APP_DIR NOTE FIRST    a release that has to wait its day, by its note and
#            proof alone: what is served stays, and pages see what waits
# With --trust nothing is put in place that sotto-verify refuses, nor a release that still has to wait its day (--early:
# all the same; then Guard shows nothing until the day is over, since it lets neither the old page nor the new one run).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
verify=${SOTTO_TOOLS:-$root/build/release/deploy/tools}/sotto-verify
usage() { sed -n '6,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
die() { printf 'place: %s\n' "$*" >&2; exit 1; }
trust=
if [ "${1:-}" = --trust ]; then
    [ $# -gt 2 ] || usage
    trust=$2
    shift 2
fi
early=
if [ "${1:-}" = --early ]; then
    early=--allow-cooling
    shift
fi
announce=
if [ "${1:-}" = --announce ]; then
    announce=yes
    shift
    [ $# = 3 ] || usage
fi
[ $# = 2 ] || [ $# = 4 ] || [ $# = 5 ] || [ -n "$announce" ] || usage
app=${1%/}
known=.well-known/sotto
number() { sed -n 's/^seq \([1-9][0-9]*\)$/\1/p' "$1" | head -n 1; }
# A reader sees the whole old file or the whole new one.
put() { cp "$1" "$2.new" && mv "$2.new" "$2"; }

if [ -n "$announce" ]; then
    [ -s "$app/$known/release/latest" ] || die "$app holds no release"
    seq=$(number "$2")
    [ "$seq" = "$(($(number "$app/$known/release/latest") + 1))" ] || die "$2 is not the release after the one that is served"
    [ -z "$trust" ] || "$verify" note "$2" --trust "$trust" --allow-cooling --recent "$3" >&2 || die "$2 is refused; nothing was changed"
    put "$3" "$app/$known/first/$seq"
    put "$3" "$app/$known/proof/$seq"
    put "$2" "$app/$known/release/$seq"
    put "$2" "$app/$known/release/latest"
    exit 0
fi
if [ $# = 2 ]; then
    note=$app/$known/release/latest
    [ -s "$note" ] || die "$app holds no release"
    seq=$(number "$note")
    [ -z "$trust" ] || "$verify" note "$note" --trust "$trust" --allow-cooling --recent "$2" --first "$app/$known/first/$seq" >&2 || die "$2 is refused; nothing was changed"
    put "$2" "$app/$known/proof/$seq"
    exit 0
fi

out=${2%/} note=$3 first=$4 proof=${5:-$4}
[ -s "$out/index.html" ] && [ -s "$out/sw.js" ] || die "$out is no release folder"
seq=$(number "$note")
[ -n "$seq" ] || die "$note is no release note"
mkdir -p "$out/$known/release" "$out/$known/proof" "$out/$known/first"
if [ -d "$app/$known" ]; then
    for kind in release proof first; do
        for old in "$app/$known/$kind"/*; do
            # What the new release brings itself is not overwritten by what was there; a first proof is.
            [ ! -f "$old" ] || [ "${old##*/}" = latest ] || cp "$old" "$out/$known/$kind/"
        done
    done
fi
[ -s "$app/$known/first/$seq" ] || cp "$first" "$out/$known/first/$seq"
cp "$proof" "$out/$known/proof/$seq"
cp "$note" "$out/$known/release/$seq"
cp "$note" "$out/$known/release/latest"
# shellcheck disable=SC2086
[ -z "$trust" ] || "$verify" dir "$out" --trust "$trust" $early >&2 || die "the release is refused; $app stays as it is"
rm -rf "$app.old-release"
[ ! -e "$app" ] || mv "$app" "$app.old-release"
mv "$out" "$app"
rm -rf "$app.old-release"
