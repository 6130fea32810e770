#!/bin/sh
# Every line and every branch of wasm/release must be taken by the tests of this folder: what no test takes is not
# known to refuse. A build of its own, with gcc and gcov, in build/coverage.
cd "$(dirname "$0")/../../.." || exit 1
build=build/coverage
log=build/tests/coverage.log
mkdir -p build/tests
tests=$(ls tests/unit/release/*_test.c | sed 's,.*/,unit_release_,; s,_test\.c$,,')
# shellcheck disable=SC2086
if ! { cmake -S . -B $build -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Coverage -DSOTTO_GATEWAY=OFF \
    -DCMAKE_C_FLAGS_COVERAGE="-O0 --coverage" && cmake --build $build -j "${SOTTO_JOBS:-$(nproc)}" --target $tests; } >$log 2>&1; then
    grep -E 'error|undefined reference' $log | head -n 20
    echo "not ok release_coverage: does not build ($log)"
    exit 1
fi
find $build -name '*.gcda' -exec rm -f {} +
for test in $tests; do
    $build/tests/"$test" >>$log 2>&1 || { echo "not ok release_coverage: $test fails ($log)"; exit 1; }
done
gcov --json-format --stdout --branch-probabilities $build/wasm/CMakeFiles/sotto_release.dir/release/*.gcda 2>>$log |
    node tests/unit/release/coverage.mjs
