#!/bin/sh
# Long searches: ./tests/long.sh PART [ARGUMENT...]; each part is tests/long/PART.sh and prints `ok NAME` and `not ok NAME` lines.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
part=${1:-}
case $part in
"" | *[!a-z_-]*) part= ;;
esac
if [ -z "$part" ] || [ ! -x "tests/long/$part.sh" ]; then
    echo "long: say which: $(ls tests/long | sed -n 's/\.sh$//p' | tr '\n' ' ')" >&2
    exit 1
fi
shift
exec "tests/long/$part.sh" "$@"
