#!/bin/sh
# The page and its service worker: types of each room with that room's globals only, and biome (lint and format), which
# the second client of the protocol keeps to as well.
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
bin=tests/web/node_modules/.bin
tests/web/install.sh >/dev/null 2>&1 || { echo "not ok web_packages"; exit 1; }
bad=0
for project in web/tsconfig.shared.json web/tsconfig.worker.json web/tsconfig.page.json sw/tsconfig.json sw/guard/tsconfig.json; do
    "$bin/tsc" -p "$project" || { echo "  $project"; bad=1; }
done
[ $bad = 0 ] && echo "ok web_types" || echo "not ok web_types"
if "$bin/biome" check --config-path=tests/lint web/src web/style sw tests/interop/second tests/interop/rows tests/interop/second-client.mjs >build/tests/biome.log 2>&1; then
    echo "ok web_biome"
else
    tail -n 40 build/tests/biome.log
    echo "not ok web_biome (build/tests/biome.log)"
    bad=1
fi
long=$(find web/src sw -name '*.ts*' ! -name '*.gen.ts' | xargs wc -l | awk '$1 > 300 && $2 != "total" { print "  " $2 ": " $1 " lines" }')
[ -z "$long" ] && echo "ok web_files_are_short" || { echo "$long"; echo "not ok web_files_are_short"; bad=1; }
exit $bad
