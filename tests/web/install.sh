#!/bin/sh
# npm packages of the page and of its tests, once per lock file.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
for folder in web tests/web; do
    lock=$(sha256sum <"$root/$folder/package-lock.json")
    [ "$(cat "$root/$folder/node_modules/.sotto-lock" 2>/dev/null)" != "$lock" ] || continue
    # Some mirrors lack packages for other systems; then `ci` refuses, and `install` takes what the lock file pins.
    npm --prefix "$root/$folder" ci --no-audit --no-fund ||
        npm --prefix "$root/$folder" install --no-save --no-audit --no-fund
    echo "$lock" >"$root/$folder/node_modules/.sotto-lock"
done
