#!/bin/sh
# npm packages of the page and of its tests, once per lock file.
root=$(cd "$(dirname "$0")/../.." && pwd)
exec "$root/deploy/npm.sh" "$root/web" "$root/tests/web"
