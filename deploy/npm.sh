#!/bin/sh
# The npm packages that the lock file of each FOLDER pins, once per lock file: deploy/npm.sh FOLDER...
set -eu
for folder in "$@"; do
    stamp=$folder/node_modules/.sotto-lock
    lock=$(sha256sum <"$folder/package-lock.json")
    [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ] || continue
    # Some mirrors lack packages for other systems; then `ci` refuses, and `install` takes what the lock file pins.
    npm --prefix "$folder" ci --no-audit --no-fund || npm --prefix "$folder" install --no-save --no-audit --no-fund
    echo "$lock" >"$stamp"
done
