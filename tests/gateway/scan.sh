#!/bin/sh
# Looks for plaintext in what a gateway leaves behind: database files, write-ahead log, attachments, logs, anything in
# its folder. Usage: tests/gateway/scan.sh [--file LOG]... DIR PATTERN...   Prints `ok` or `not ok` for each pattern.
# A pattern is a fixed string; it is also looked for as hex, as base64 (at its three alignments), and as UTF-16. A
# pattern hex:... is looked for as those bytes, as hex and as base64.
set -u
files=
while [ "${1:-}" = --file ]; do
    files="$files $2"
    shift 2
done
[ $# -ge 2 ] || { echo "usage: $0 [--file LOG]... DIR PATTERN..." >&2; exit 2; }
dir=$1
shift
[ -d "$dir" ] || { echo "not ok scan: there is no folder $dir"; exit 1; }
code=0
# bytes PATTERN: its bytes.
bytes() {
    case $1 in
    hex:*) printf '%s' "${1#hex:}" | sed 's/../\\x&/g' | xargs -0 printf '%b' ;;
    *) printf '%s' "$1" ;;
    esac
}
# The forms of one pattern as text, one a line; base64 without the letters that depend on its neighbours.
forms() {
    case $1 in hex:*) ;; *) printf '%s\n' "$1" ;; esac
    bytes "$1" | od -An -v -tx1 | tr -d ' \n'
    echo
    bytes "$1" | base64 -w0 | sed 's/..\{0,1\}=*$//'
    echo
    { printf 'x'; bytes "$1"; } | base64 -w0 | cut -c3- | sed 's/..\{0,1\}=*$//'
    { printf 'xx'; bytes "$1"; } | base64 -w0 | cut -c4- | sed 's/..\{0,1\}=*$//'
}
for pattern in "$@"; do
    if [ "${#pattern}" -lt 6 ]; then
        echo "not ok scan: '$pattern' is too short to mean anything"
        code=1
        continue
    fi
    list=$(mktemp)
    forms "$pattern" | awk 'length($0) >= 6' >"$list"
    # shellcheck disable=SC2086
    hits=$(LC_ALL=C grep -rlaF -f "$list" "$dir" $files 2>/dev/null)
    raw=$(bytes "$pattern" | od -An -v -tx1 | tr -d '\n' | sed 's/ \(..\)/\\x\1/g')
    wide=$(printf '%s' "$raw" | sed 's/\\x../&\\x00/g')
    # shellcheck disable=SC2086
    hits="$hits$(LC_ALL=C grep -rlaP "$raw|$wide" "$dir" $files 2>/dev/null)"
    rm -f "$list"
    if [ -n "$hits" ]; then
        echo "not ok scan: '$pattern' stands in $(echo "$hits" | tr '\n' ' ')"
        code=1
    else
        echo "ok scan: '$pattern' is nowhere in $(find "$dir" -type f | wc -l) files, $(du -sk "$dir" | cut -f1) KiB"
    fi
done
exit $code
