#!/bin/sh
# Builds build/wasm/core.wasm and build/wasm/kdf.wasm, or one unit test as a WebAssembly module.
# Usage: deploy/build-wasm.sh                                       both modules
#        deploy/build-wasm.sh --test tests/unit/x/y_test.c OUT.wasm run it with tests/lib/wasm-run.mjs
#        deploy/build-wasm.sh --objects                             only compile
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
command -v emcc >/dev/null 2>&1 || { echo "build-wasm: emcc is missing: run deploy/packages.sh wasm" >&2; exit 1; }
deploy/deps.sh wasm
mkdir -p build/wasm
exec 7>build/wasm/.lock
flock 7
run() { make --no-print-directory -s -j"${SOTTO_JOBS:-$(nproc)}" -f deploy/wasm.mk "$@"; }
case ${1:-} in
'')        run all ;;
--objects) run objects ;;
--test)    [ $# = 3 ] || { echo "usage: build-wasm.sh --test tests/unit/x/y_test.c OUT.wasm" >&2; exit 2; }
           run TEST="$2" TEST_OUT="$3" test ;;
*)         echo "build-wasm: unknown '$1'" >&2; exit 2 ;;
esac
