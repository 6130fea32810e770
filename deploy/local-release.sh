#!/bin/sh
# A release for this machine alone: builds the page into OUT with a trust of its own (throwaway keys and a log, made on
# the first run and kept in STATE), signs the note, logs it and puts note and proof into OUT. The page says "local
# build". The same bytes again are the same release; other bytes are the next one. core.wasm must be built.
# Usage: deploy/local-release.sh OUT STATE [arguments of web/build.js]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 2 ] || { echo "usage: local-release.sh OUT STATE [arguments of web/build.js]" >&2; exit 2; }
mkdir -p "$(dirname "$1")" "$2"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
state=$(cd "$2" && pwd)
shift 2
tools=${SOTTO_TOOLS:-$root/build/release/deploy/tools}
umask 022
exec 5>"$state/.lock"
flock 5

if [ ! -s "$state/trust" ]; then
    # Whatever an interrupted first run has made is used.
    [ -s "$state/release.key" ] || "$tools/sotto-release" keygen local/release "$state/release.key" >/dev/null
    [ -s "$state/log.key" ] || "$tools/sotto-release" keygen local/log "$state/log.key" >/dev/null
    [ -s "$state/log.db" ] || "$tools/sotto-log" init "$state/log.db" "$state/log.key" >&2
    printf 'sotto-trust/v1\nline local/web\nrelease %s\nthreshold 1\nlog %s\nquorum none\n' \
        "$("$tools/sotto-release" vkey "$state/release.key")" "$("$tools/sotto-release" vkey "$state/log.key")" >"$state/trust.new"
    mv "$state/trust.new" "$state/trust"
fi

# The release before: its number, and the hash of its text.
seq=1 prev=-
if [ -s "$state/note" ]; then
    seq=$(sed -n 's/^seq //p' "$state/note")
    prev=$(sed -n 's/^prev //p' "$state/note")
fi
commit=$(git -C "$root" -c safe.directory="$root" rev-parse HEAD 2>/dev/null || echo 0000000000000000000000000000000000000000)
node "$root/web/build.js" --out "$out.new-release" --trust "$state/trust" --plain --seq "$seq" --prev "$prev" \
    --commit "$commit" --toolchain "$("$root/deploy/toolchain.sh" --hash)" "$@" >"$state/build.log"
note=$out.new-release.note
text_of() { sed '/^$/,$d' "$1"; }
if [ -s "$state/note" ] && text_of "$state/note" | cmp -s - "$note"; then
    rm -f "$note"
else
    if [ -s "$state/note" ]; then
        prev=$("$tools/sotto-release" hash "$state/note")
        seq=$((seq + 1))
        sed -i "s/^seq .*/seq $seq/; s/^prev .*/prev $prev/" "$note"
    fi
    "$tools/sotto-release" sign "$note" "$state/release.key" >&2
    place=$("$tools/sotto-log" append "$state/log.db" "$state/log.key" "$note" --trust "$state/trust")
    place=${place%% *}
    "$tools/sotto-log" publish "$state/log.db" "$state/log" >&2
    "$tools/sotto-log" proof "$state/log.db" "$place" >"$state/proof"
    [ -s "$state/note" ] || rm -rf "$out" # of other keys
    mv "$note" "$state/note"
fi
"$root/deploy/place.sh" "$out" "$out.new-release" "$state/note" "$state/proof"
