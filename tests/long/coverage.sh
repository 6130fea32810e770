#!/bin/sh
# Lines and branches that the tests take, by room: unit and flow programs together and, of the gateway, tests/gateway
# too. A build of its own with clang, in build/cover; tests/long/coverage.mjs prints the rooms and judges them.
. "$(dirname "$0")/../parts/common.sh"
build=build/cover
log=build/tests/cover.log
mkdir -p build/tests $build/raw
rm -f $build/raw/*
if ! { cmake -S . -B $build -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Cover \
    -DCMAKE_C_FLAGS_COVER="-O1 -g -fprofile-instr-generate -fcoverage-mapping" && cmake --build $build -j "$jobs"; } >$log 2>&1; then
    grep -E 'error|undefined reference' $log | head -n 20
    echo "not ok coverage: does not build ($log)"
    exit 1
fi
npm_packages tests/gateway
# %4m: processes of one program write into at most four files.
LLVM_PROFILE_FILE=$root/$build/raw/%4m.profraw
export LLVM_PROFILE_FILE
objects=
for program in $(programs cover unit) $(programs cover flow); do
    timeout "${SOTTO_TEST_SECONDS:-900}" "$program" >>$log 2>&1 || echo "not ok coverage: $(basename "$program") fails ($log)"
    objects="$objects -object $program"
done
# Of these scripts only the gateway counts: what their command lines take of the core is no unit and no flow program.
printf '#!/bin/sh\nLLVM_PROFILE_FILE=/dev/null exec "%s" "$@"\n' "$root/$build/wasm/sotto" >$build/cli
chmod +x $build/cli
for path in tests/gateway/*.mjs; do
    [ "$(basename "$path")" = lib.mjs ] || SOTTO_GATEWAY=$root/$build/gateway/sotto-gateway SOTTO_CLI=$root/$build/cli \
        timeout "${SOTTO_TEST_SECONDS:-900}" node "$path" >>$log 2>&1 || echo "not ok coverage: $path fails ($log)"
done
llvm-profdata-14 merge -sparse $build/raw/*.profraw -o $build/all.profdata || { echo "not ok coverage: no profile"; exit 1; }
# shellcheck disable=SC2086
llvm-cov-14 export -summary-only -instr-profile $build/all.profdata $build/gateway/sotto-gateway $objects 2>>$log >$build/all.json
node tests/long/coverage.mjs $build/all.json
